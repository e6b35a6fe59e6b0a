//! The report as a picture for the manual: which share of what was revoked is still taken, by time. Small enough to be
//! read as text, in the colours of the page around it.

use crate::bound::Thing;
use crate::executor::{Millis, SECOND};
use crate::report::{Report, quantile};
use std::fmt::Write as _;

/// What the curves are of, how each is drawn, and where its label stands: share in a thousand.
const CURVES: [(Thing, &str, &str); 3] = [
    (Thing::Session, "", "session cookie"),
    (Thing::Renewal, "6 4", "refresh token, not rotating"),
    (Thing::Asked, "1 4", "access token, shown to the server"),
];

const WIDTH: u64 = 720;
const HEIGHT: u64 = 360;
const LEFT: u64 = 64;
const RIGHT: u64 = 696;
const TOP: u64 = 48;
const BOTTOM: u64 = 300;
/// The end of the time axis.
const LONGEST: Millis = 200 * SECOND;

impl Report {
    /// The picture, as an SVG document.
    pub fn to_svg(&self) -> String {
        let mut svg = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title">
<title id="title">Time from a revocation to the last time that something revoked was taken, {} simulated worlds</title>
<style>
  svg {{ color: #1f2328; font: 13px system-ui, sans-serif }}
  @media (prefers-color-scheme: dark) {{ svg {{ color: #d7dde4 }} }}
  text {{ fill: currentColor }}
  path, line {{ fill: none; stroke: currentColor }}
  .grid {{ opacity: .15 }}
  .curve {{ stroke-width: 2; stroke-linecap: round }}
  .bound {{ stroke: #b3261e; stroke-width: 1.5 }}
  .bound-name {{ fill: #b3261e }}
  @media (prefers-color-scheme: dark) {{ .bound {{ stroke: #ff8a80 }} .bound-name {{ fill: #ff8a80 }} }}
</style>
"#,
            self.seeds
        );
        axes(&mut svg);
        for (number, (thing, dashes, name)) in CURVES.into_iter().enumerate() {
            self.curve(thing, dashes, &mut svg);
            legend(number, dashes, name, &mut svg);
        }
        bound(&mut svg);
        svg.push_str("</svg>\n");
        svg
    }

    /// The share that is still taken: down from all at the beginning to none.
    fn curve(&self, thing: Thing, dashes: &str, svg: &mut String) {
        let times = self.survived.get(&thing).map(Vec::as_slice).unwrap_or_default();
        let mut path = String::new();
        for per_mille in (0..=1000).step_by(10) {
            let time = if per_mille == 0 { 0 } else { quantile(times, per_mille) };
            let command = if per_mille == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{command}{} {}", x(time), y(1000 - per_mille));
        }
        let _ = writeln!(svg, r#"<path class="curve" stroke-dasharray="{dashes}" d="{path}"/>"#);
    }
}

fn axes(svg: &mut String) {
    for time in (0..=LONGEST).step_by(20_000) {
        let (x, below) = (x(time), BOTTOM + 20);
        let _ = writeln!(svg, r#"<line class="grid" x1="{x}" y1="{TOP}" x2="{x}" y2="{BOTTOM}"/>"#);
        let _ = writeln!(svg, r#"<text x="{x}" y="{below}" text-anchor="middle">{}</text>"#, time / SECOND);
    }
    for per_mille in (0..=1000).step_by(250) {
        let (y, before) = (y(per_mille), LEFT - 8);
        let _ = writeln!(svg, r#"<line class="grid" x1="{LEFT}" y1="{y}" x2="{RIGHT}" y2="{y}"/>"#);
        let _ = writeln!(svg, r#"<text x="{before}" y="{}" text-anchor="end">{} %</text>"#, y + 4, per_mille / 10);
    }
    let (middle, below, above) = (u64::midpoint(LEFT, RIGHT), HEIGHT - 16, TOP - 20);
    let _ = writeln!(
        svg,
        r#"<text x="{middle}" y="{below}" text-anchor="middle">seconds since the answer that it is revoked</text>"#
    );
    let _ = writeln!(svg, r#"<text x="16" y="{above}">still taken somewhere</text>"#);
}

fn legend(number: usize, dashes: &str, name: &str, svg: &mut String) {
    let y = TOP + 20 + 22 * number as u64;
    let _ = writeln!(svg, r#"<line class="curve" stroke-dasharray="{dashes}" x1="330" y1="{y}" x2="366" y2="{y}"/>"#);
    let _ = writeln!(svg, r#"<text x="376" y="{}">{name}</text>"#, y + 4);
}

fn bound(svg: &mut String) {
    let bound = Thing::Session.bound();
    let x = x(bound);
    let _ = writeln!(svg, r#"<line class="bound" x1="{x}" y1="{TOP}" x2="{x}" y2="{BOTTOM}"/>"#);
    let _ = writeln!(
        svg,
        r#"<text class="bound-name" x="{x}" y="{}" text-anchor="middle">bound: {} s</text>"#,
        TOP - 8,
        bound / SECOND
    );
}

fn x(time: Millis) -> u64 {
    LEFT + (RIGHT - LEFT) * time.min(LONGEST) / LONGEST
}

fn y(per_mille: usize) -> u64 {
    BOTTOM - (BOTTOM - TOP) * per_mille as u64 / 1000
}
