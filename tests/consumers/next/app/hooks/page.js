import { wall } from "iteras";

import { Article, Desk } from "./article";

// A component that stays on the server may ask, too: nothing is decided there.
export default function Page() {
  return (
    <Desk>
      <p id="server">{String(wall({ paywallid: "n8fsoupukhv3" }).pending)}</p>
      <Article paywallid="first-wall-1" />
    </Desk>
  );
}
