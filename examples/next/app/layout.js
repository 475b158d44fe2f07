import { Service } from "./service";

export const metadata = { title: "A magazine", icons: { icon: "data:," } };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>
        {children}
        <Service />
      </body>
    </html>
  );
}
