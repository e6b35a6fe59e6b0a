//! The wax seal at the head of every page, and as the icon of the browser's tab.

use super::accent::Accent;

/// The uneven edge of pressed wax, in a square of 64 units.
pub(super) const OUTLINE: &str = "M62.2 32C62.2 34.2 59.3 36.4 58.3 38.5C57.4 40.6 57.4 42.8 56.4 44.8C55.5 46.8 54.5 49.2 52.7 50.3C50.9 51.5 47.6 50.8 45.7 51.8C43.8 52.9 43.1 55.5 41.4 56.8C39.7 58.2 37.5 59.7 35.4 59.9C33.3 60 31.1 58 28.9 57.8C26.6 57.5 24 59 21.9 58.6C19.8 58.1 17.7 56.5 16.3 54.8C14.8 53.1 14.9 50.2 13.3 48.5C11.8 46.9 8.5 46.7 7.1 45.1C5.6 43.5 4.9 40.9 4.5 38.8C4.2 36.6 5.2 34.3 4.9 32C4.6 29.7 2.4 27 2.9 24.8C3.4 22.7 5.9 20.8 7.7 19.2C9.4 17.7 11.9 17.1 13.3 15.5C14.8 13.8 14.9 10.7 16.5 9.5C18.1 8.3 20.8 8.6 22.9 8C25 7.5 26.8 7.1 28.9 6.3C31 5.4 33.4 2.7 35.5 2.9C37.6 3 39.6 5.8 41.5 7C43.4 8.3 45 9.4 46.9 10.4C48.9 11.4 51.9 11.6 53.2 13.2C54.5 14.8 53.9 18 54.9 20C55.8 22 57.6 23.4 58.8 25.4C60 27.4 62.3 29.8 62.2 32z";

/// The seal as a `data:` URI: without one, browsers ask for `/favicon.ico`.
pub(super) fn icon(accent: Accent) -> String {
    let colour = accent.to_string();
    // `#` would begin the fragment of the URI.
    let colour = colour.trim_start_matches('#');
    format!(
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'><path fill='%23{colour}' d='{OUTLINE}'/><circle cx='32' cy='32' r='19' fill='none' stroke='%23fff' stroke-opacity='.7' stroke-width='4'/></svg>"
    )
}
