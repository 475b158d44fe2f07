// Pictures of scenes: as readers see them, and with boxes for letters (box-font.mjs), which are the same on machines with
// other typefaces and are compared with those before (digest.mjs).
//
//   const page = await openScene(world, scene);
//   for (const { view, png } of await compared(page, scene)) compare(REFERENCES[view], digest(png));
import { BOXES, wearBoxes } from "./box-font.mjs";
import { SCALE } from "./digest.mjs";
import { show, shownFrames } from "./looks-scenes.mjs";

/** The views that are compared: each width and each scheme of colour once. */
const COMPARED = ["wide light", "narrow dark"];
/** Those to look at. In Danish two show a text that is too long, and one that lacks its colours. */
const SHOWN = { en: ["wide light", "wide dark", "narrow light", "narrow dark"], da: COMPARED };
const WIDTHS = { page: { wide: 1280, narrow: 320 }, frame: { wide: 544, narrow: 280 } };

/** The names of a scene's pictures that are compared, which are those of its references. */
export const viewsOf = ({ name }) => COMPARED.map((view) => `${name}, ${view}`);

/** The pictures of a scene as readers see it, `[{ view, png }]`. */
export const lookedAt = (page, scene) => taken(page, scene, SHOWN[scene.language], 1);

/** The pictures of a scene that are compared, `[{ view, png }]`. The page keeps its boxes for letters. */
export async function compared(page, scene) {
  for (const frame of shownFrames(page)) await frame.evaluate(wearBoxes, BOXES);
  return taken(page, scene, COMPARED, SCALE);
}

async function taken(page, { kind, name }, views, zoom) {
  const pictures = [];
  for (const view of views) {
    const [size, scheme] = view.split(" ");
    const screen = { width: WIDTHS[kind][size], scheme, zoom };
    await show(page, screen);
    // Frames and pictures are drawn only where they can be seen.
    await show(page, { ...screen, height: await page.evaluate(() => document.documentElement.scrollHeight) });
    pictures.push({ view: `${name}, ${view}`, png: await picture(page) });
  }
  return pictures;
}

/** The page in all its height, as PNG. */
export const picture = (page) => page.screenshot({ fullPage: true, optimizeForSpeed: true });
