// Reading a QR code in a picture: by the browser where it can, otherwise by jsQR, which is fetched when it is needed.

/** A function that reads the code in a video or canvas: its text, or null. `own` is the browser's detector. */
export async function decoder(own = globalThis.BarcodeDetector) {
  if (own && (await own.getSupportedFormats().catch(() => [])).includes("qr_code")) {
    const detector = new own({ formats: ["qr_code"] });
    return async (source) => (await detector.detect(source))[0]?.rawValue ?? null;
  }
  await import("../vendor/jsQR.js"); // puts jsQR into the global scope
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (source) => {
    const width = source.videoWidth ?? source.width;
    const height = source.videoHeight ?? source.height;
    if (!width || !height) return null;
    // More pixels than this make it slower, not better.
    const scale = Math.min(1, 800 / Math.max(width, height));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    const picture = context.getImageData(0, 0, canvas.width, canvas.height);
    return globalThis.jsQR(picture.data, picture.width, picture.height)?.data || null;
  };
}
