import Link from "next/link";

export default function Page() {
  return (
    <main>
      <h1>A magazine</h1>
      <Link href="/articles/light">Light</Link>
    </main>
  );
}
