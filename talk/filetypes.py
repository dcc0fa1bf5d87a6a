"""What a file is, told by its bytes: nobody's word is taken for it."""

from __future__ import annotations

BEGINNINGS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"%PDF-": "application/pdf",
    b"OggS": "audio/ogg",
    b"ID3": "audio/mpeg",
}
BRANDS = {
    **dict.fromkeys((b"M4A ", b"M4B "), "audio/mp4"),
    **dict.fromkeys((b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"avc1", b"mp41", b"mp42"), "video/mp4"),
    **dict.fromkeys((b"M4V ", b"MSNV"), "video/mp4"),
}


def type_of(content: bytes) -> str | None:
    """The media type of a picture, a sound, a film or a document that is taken; None for anything else."""
    for beginning, kind in BEGINNINGS.items():
        if content.startswith(beginning):
            return kind
    if content[4:8] == b"ftyp":
        return BRANDS.get(content[8:12])
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return "audio/mpeg" if _begins_mp3_frame(content) else None


def _begins_mp3_frame(content: bytes) -> bool:
    """Whether the first four bytes can be the head of an MPEG layer III frame: no field has a forbidden value."""
    if len(content) < 4 or content[0] != 0xFF or content[1] & 0xE6 != 0xE2:
        return False
    version, bitrate, rate = content[1] >> 3 & 3, content[2] >> 4, content[2] >> 2 & 3
    return version != 1 and bitrate not in (0, 15) and rate != 3
