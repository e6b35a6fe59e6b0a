// The picture for the README: what one token costs, by server.

const WIDTH = 760;
const BAR = 24;
const GAP = 12;
const TOP = 60;
const LABEL = 320;
const ROOM_FOR_FIGURES = 80;
// Groups of server, label, and what is written beside it.
const SHOWN = [
  [
    ["floor", "constant Rust", "a constant answer (Rust)"],
    ["floor", "JavaScript: a form, one ES256 signature, JSON", "one ES256 signature (JavaScript)"],
  ],
  [
    ["Sealwax", "client_credentials"],
    ["Sealwax", "authorization_code"],
    ["Sealwax, LEDGER = off", "authorization_code", "Sealwax without ledger: authorization_code"],
    ["Sealwax", "refresh_token, not rotating", "Sealwax: refresh_token"],
  ],
  [
    ["oidc-provider", "client_credentials"],
    ["oidc-provider", "authorization_code"],
  ],
  [
    ["OpenAuth", "client_credentials"],
    ["OpenAuth", "authorization_code"],
    ["OpenAuth", "refresh_token"],
  ],
  [
    ["workers-oauth-provider", "authorization_code"],
    ["workers-oauth-provider", "refresh_token"],
  ],
];
const STYLE = [
  "svg{font:13px system-ui,sans-serif}",
  ".ground{fill:#fff}text{fill:#1f2328}.less{fill:#59636e}.own{fill:#a3262e}.other{fill:#9aa3ad}",
  "@media(prefers-color-scheme:dark){.ground{fill:#0d1117}text{fill:#f0f6fc}.less{fill:#9198a1}.own{fill:#e5737a}.other{fill:#6e7681}}",
].join("");

const escaped = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

export function chart({ operations, machine }) {
  const found = ([server, label, name]) => {
    const one = operations.find((one) => one.label === label && (one.server === server || one.server.startsWith(`${server} `)));
    return one ? [{ cpu: one.cpu, own: server.startsWith("Sealwax"), name: name ?? `${server}: ${label}` }] : [];
  };
  const groups = SHOWN.map((group) => group.flatMap(found)).filter((group) => group.length);
  const most = Math.max(...groups.flat().map(({ cpu }) => cpu));
  let y = TOP;
  const rows = groups.map((group) => {
    const bars = group.map(({ cpu, own, name }) => {
      const width = Math.max(2, ((WIDTH - LABEL - ROOM_FOR_FIGURES) * cpu) / most);
      const bar = `<text x="${LABEL - 8}" y="${y + 16}" text-anchor="end">${escaped(name)}</text><rect x="${LABEL}" y="${y + 3}" width="${width.toFixed(1)}" height="${BAR - 7}" rx="3" class="${own ? "own" : "other"}"/><text x="${(LABEL + width + 6).toFixed(1)}" y="${y + 16}">${Math.round(cpu)} µs</text>`;
      y += BAR;
      return bar;
    });
    y += GAP;
    return bars.join("\n");
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" role="img" aria-label="CPU time a request, by server">
<style>${STYLE}</style>
<rect class="ground" width="${WIDTH}" height="${y}" rx="6"/>
<text x="16" y="25" font-size="16" font-weight="600">CPU time a request</text>
<text x="16" y="44" class="less">all threads of the server; concurrency 16; ${escaped(machine)}</text>
${rows.join("\n")}
</svg>
`;
}
