// `iteras/datalayer`: the wall's events for a tag manager.

/** An entry of the data layer. It never holds subscriber, expiry, pass or address. */
export interface DataLayerEntry {
  /** `iteras_authorized`, `iteras_unauthorized`, `iteras_login`, `iteras_renewed`, `iteras_refused`, `iteras_logout`, or `iteras_error`. */
  readonly event: `iteras_${"authorized" | "unauthorized" | "login" | "renewed" | "refused" | "logout" | "error"}`;
  readonly iteras:
    | {
        readonly reason: string | null;
        readonly level: string | null;
        readonly paywallid: string | null;
        /** The free articles of a wall with a meter; null otherwise. */
        readonly metered: { readonly used: number; readonly free: number } | null;
      }
    | { readonly code: string };
}

/**
 * Pushes an entry for each event from now on into `window[layer]` (absent: `dataLayer`), which is made where there is
 * none; gives the function that ends it. Does nothing on a server.
 */
export function listen(options?: { layer?: string | null | undefined }): () => void;
