// From figures to words.
import { OWN } from "./flows.mjs";
import { median, spread } from "./statistics.mjs";

const RUST = "constant Rust";
const READS = "constant JavaScript after two KV reads";
const JWKS_WORKER = "Sealwax, the jwks Worker";
const JS_TOKEN = "JavaScript: a form, one ES256 signature, JSON";

/** The whole report, as it is printed. */
export function table(report) {
  const floor = find(report, "floor", RUST).cpu;
  const rows = report.operations.map(({ server, label, cpu, spread, speeds }) => [
    server,
    label,
    `${Math.round(cpu)}`,
    `${Math.round(spread[0])}–${Math.round(spread[1])}`,
    `${(cpu / floor).toFixed(2)} ×`,
    ...["1", "16", "64"].map((concurrency) => `${Math.round(speeds[concurrency].perSecond)} (${speeds[concurrency].p50.toFixed(1)} / ${speeds[concurrency].p99.toFixed(1)})`),
  ]);
  const lacking = report.lacks.flatMap(({ name, lacks }) => lacks.map((label) => [name, label, "none", "", "", "", "", ""]));
  return [
    `${report.machine}; Node ${report.node}; ${report.rounds} rounds; CPU µs a request at concurrency 16, all threads of the server`,
    "",
    lines(["server", "what", "CPU µs", "middle half", "÷ constant Rust", "requests/s at 1 (p50 / p99 ms)", "at 16", "at 64"], [...rows, ...lacking]),
    "",
    lines(["a flow of Sealwax", "KV reads", "KV writes", "ledger calls"], report.flows.map(({ label, reads, writes, ledger }) => [label, reads, writes, ledger].map(String))),
    "",
    lines(["what is deployed", "KB", "KB gzip"], report.sizes.map(({ name, raw, gzip }) => [name, kilobytes(raw), kilobytes(gzip)])),
    "",
    lines(["start to first answer", "ms", "middle half"], report.startUp.map(({ name, milliseconds, spread }) => [name, milliseconds.toFixed(1), spread.map((one) => one.toFixed(1)).join("–")])),
    "",
    lines(["memory of the process, after it all", "MB"], report.memory.map(({ name, bytes }) => [name, `${Math.round(bytes / 1e6)}`])),
    "",
    lines(["tokens", "algorithm", "claims"], report.operations.filter(({ issued }) => issued).map(({ server, label, issued }) => [`${server}: ${label}`, issued.alg, issued.claims.join(" ")])),
    "",
    lines(["target", "measured", "verdict"], report.verdicts.map(({ target, measured, verdict }) => [target, measured, verdict])),
  ].join("\n");
}

const kilobytes = (bytes) => (bytes / 1000).toFixed(0);

function lines(head, rows) {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at].length)));
  const line = (row) => `| ${row.map((cell, at) => cell.padEnd(widths[at])).join(" | ")} |`;
  return [line(head), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...rows.map(line)].join("\n");
}

const find = (report, server, label) => report.operations.find((one) => (one.server === server || one.server.startsWith(`${server} `)) && one.label === label);

/**
 * A ratio, round by round: what else the machine did in a round fell on both. Its middle, and what three rounds of four stay
 * below.
 */
function ratio(a, b) {
  const rounds = a.rounds.map((one, round) => one / b.rounds[round]);
  return { value: median(rounds), most: spread(rounds)[1] };
}

/** One that is met in the middle but not in three rounds of four is neither shown nor missed. */
const verdict = (value, most, limit) => (most <= limit ? "shown" : value <= limit ? "not shown" : "missed");

/** Each target of the project and whether this run shows it. */
export function verdicts(report) {
  const rust = find(report, "floor", RUST);
  const token = find(report, "Sealwax", "client_credentials");
  const off = (label) => find(report, "Sealwax, LEDGER = off", label);
  const at = (label) => find(report, "Sealwax", label);
  const within = (name, a, b, limit) => {
    const { value, most } = ratio(a, b);
    return { target: `${name} ≤ ${limit.toFixed(2)} ×`, measured: `${value.toFixed(2)} × (three rounds of four: ${most.toFixed(2)} at most)`, verdict: verdict(value, most, limit) };
  };
  const size = (name, limit) => {
    const found = report.sizes.find((one) => one.name === name);
    return { target: `${name}: wasm ≤ ${limit} KB gzip`, measured: found ? `${kilobytes(found.gzip)} KB` : "not built", verdict: found ? verdict(found.gzip, found.gzip, limit * 1000) : "not shown" };
  };
  // What a read costs at the least, and how many there are in what is measured.
  const { reads } = report.flows.find(({ label }) => label === OWN);
  const [read, without] = [find(report, "floor", READS), find(report, "floor", "constant JavaScript")];
  const lessReads = ({ rounds }) => ({ rounds: rounds.map((cpu, round) => cpu - (reads * (read.rounds[round] - without.rounds[round])) / 2) });
  const [start, floor] = ["Sealwax", RUST].map((name) => report.startUp.find((one) => one.name === name));
  const startUp = { value: start.milliseconds - floor.milliseconds, most: start.spread[1] - floor.spread[0] };
  return [
    within("client_credentials / constant Rust", token, rust, 2.2),
    within("client_credentials / JavaScript floor with one signature", token, find(report, "floor", JS_TOKEN), 1.7),
    within("client_credentials / oidc-provider's", token, find(report, "oidc-provider", "client_credentials"), 1 / 3),
    within("client_credentials / OpenAuth's", token, find(report, "OpenAuth", "client_credentials"), 1 / 3),
    within("client_credentials / workers-oauth-provider's refresh_token", token, find(report, "workers-oauth-provider", "refresh_token"), 1 / 10),
    within("authorization_code without ledger / client_credentials", off("authorization_code"), off("client_credentials"), 1.5),
    within("JWKS / constant Rust", at("JWKS"), rust, 1.15),
    within("discovery / constant Rust", at("discovery"), rust, 1.15),
    within(`authorize with a session, less ${reads} KV reads / client_credentials`, lessReads(at("authorize with a session")), token, 1),
    size("Sealwax", 350),
    size(JWKS_WORKER, 120),
    { target: "start-up ≤ 15 ms over constant Rust", measured: `${startUp.value.toFixed(1)} ms (at most ${startUp.most.toFixed(1)})`, verdict: verdict(startUp.value, startUp.most, 15) },
  ];
}
