import { Frames } from "./frames";

export default function Page() {
  return (
    <main>
      <h1>Subscribe</h1>
      <Frames />
    </main>
  );
}
