// The camera: open until a code is read or it is closed.

import { byId } from "../chat/dom.js";
import { decoder } from "./decode.js";

const PAUSE = 120;

/** The text of the code that was held in front of the camera; null when it was closed. Rejects without a camera. */
export async function scan() {
  const dialog = byId("camera");
  const video = byId("video");
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  try {
    const read = await decoder();
    video.srcObject = stream;
    dialog.showModal();
    await video.play();
    return await firstCode(dialog, video, read);
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
    dialog.close();
  }
}

async function firstCode(dialog, video, read) {
  while (dialog.open) {
    const text = await read(video).catch(() => null);
    if (text) return text;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  return null;
}
