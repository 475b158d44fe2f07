export function Offer({ name, reason }) {
  const landing = `/subscribe?iterasnext=${encodeURIComponent(`/articles/${name}`)}&iterasaccess=sub`;
  return (
    <p id="offer" data-reason={reason}>
      <a href={landing}>{reason == "expired" ? "Renew your subscription" : "Subscribe"}</a> to read on.
    </p>
  );
}
