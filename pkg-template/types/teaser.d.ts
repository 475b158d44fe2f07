// Types of `iteras/teaser`: teasers for the gates of `iteras/server`.
import type { GateTeaser } from "./server.js";

/** Settings of teasers. CSS selectors stand alone, without commas. */
export interface TeaserOptions {
  /**
   * Selector of the element that holds the article, such as `.article-body`; several for pages of several kinds. Search
   * engines want a class.
   */
  gated: string | readonly string[];
  /** Characters of it that are shown. White space counts once, a picture or player as 100. Default: 600. */
  characters?: number | undefined;
  /** Ends the teaser at an element in the gated one, if that comes before the characters are used up. */
  marker?: string | null | undefined;
  /** Elements outside of the gated one that stay, though they may be data. */
  allow?: string | readonly string[] | undefined;
  /** Comments outside of the gated element that begin like this stay, such as `#include`. */
  allowComments?: string | readonly string[] | undefined;
}

/**
 * Makes the option `teaser` of a gate; the first one starts a WebAssembly module. Pages are read up to 2 MiB, in
 * Workers up to 512 KiB, in UTF-8 or Latin-1. Where no teaser can be made, the visitor gets the denial and the
 * console a line.
 */
export function teaser(options: TeaserOptions): GateTeaser & { label: NonNullable<GateTeaser["label"]> };
