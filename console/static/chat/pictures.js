// Pictures on their way out: big ones are made smaller, wrong ones are named before they travel.

import { t } from "./texts.js";

const LIMIT = 10 * 1024 * 1024;
const HEAVY = 3 * 1024 * 1024;
const SIDE = 2400;

/** The file as it is sent. Throws an Error with words for the visitor when it cannot be. */
export async function prepared(file) {
  if (!file.type.startsWith("image/")) throw new Error(t("noPicture"));
  const smaller = file.size > HEAVY && file.type !== "image/gif" ? await shrunk(file).catch(() => file) : file;
  if (smaller.size > LIMIT) throw new Error(t("pictureTooBig"));
  return smaller;
}

async function shrunk(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
  return blob && blob.size < file.size ? new File([blob], file.name, { type: blob.type }) : file;
}
