// The picture for the README: what one token costs, by server.

const WIDTH = 720;
const BAR = 26;
const LABEL = 300;
const SHOWN = [
  ["floor", "constant Rust"],
  ["floor", "JavaScript: a form, one ES256 signature, JSON"],
  ["Sealwax", "client_credentials"],
  ["Sealwax", "authorization_code"],
  ["Sealwax", "refresh_token, not rotating"],
  ["oidc-provider", "client_credentials"],
  ["oidc-provider", "authorization_code"],
  ["OpenAuth", "client_credentials"],
  ["OpenAuth", "authorization_code"],
  ["OpenAuth", "refresh_token"],
  ["workers-oauth-provider", "authorization_code"],
  ["workers-oauth-provider", "refresh_token"],
];

const escaped = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

export function chart({ operations, machine }) {
  const bars = SHOWN.flatMap(([server, label]) => operations.filter((one) => one.label === label && (one.server === server || one.server.startsWith(`${server} `))).slice(0, 1));
  const most = Math.max(...bars.map(({ cpu }) => cpu));
  const height = 70 + bars.length * BAR;
  const rows = bars.map(({ server, label, cpu }, n) => {
    const y = 50 + n * BAR;
    const width = Math.max(2, ((WIDTH - LABEL - 90) * cpu) / most);
    const name = server === "floor" ? label : `${server.split(" ")[0]}: ${label}`;
    return `<text x="${LABEL - 8}" y="${y + 16}" text-anchor="end">${escaped(name)}</text><rect x="${LABEL}" y="${y + 3}" width="${width.toFixed(1)}" height="${BAR - 8}" rx="3" class="${server.startsWith("Sealwax") ? "own" : "other"}"/><text x="${(LABEL + width + 6).toFixed(1)}" y="${y + 16}">${Math.round(cpu)} µs</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="CPU time a request">
<style>svg{background:#fff;font:13px system-ui,sans-serif;fill:#222}.own{fill:#a3262e}.other{fill:#9aa3ad}h1{font-size:16px}</style>
<text x="16" y="24" font-size="16" font-weight="600">CPU time a request, microseconds</text>
<text x="16" y="42" fill="#666">${escaped(machine)}, concurrency 16</text>
${rows.join("\n")}
</svg>
`;
}
