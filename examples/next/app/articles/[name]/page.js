// The server decides first: the whole article is in the answer for readers with a pass, and in nobody else's.
import { notFound } from "next/navigation";

import { verdict } from "../../gate";
import { Offer } from "./offer";
import { Reading } from "./reading";

const ARTICLES = { light: { beginning: "Light is fast.", rest: "Nothing is faster." } };

export default async function Page({ params }) {
  const { name } = await params;
  if (!Object.hasOwn(ARTICLES, name)) notFound();
  const { beginning, rest } = ARTICLES[name];
  const firstVerdict = await verdict();
  return (
    <main>
      <p>{beginning}</p>
      <Reading name={name} firstVerdict={firstVerdict}>
        {firstVerdict.authorized ? <p id="rest">{rest}</p> : <Offer name={name} reason={firstVerdict.reason} />}
      </Reading>
    </main>
  );
}
