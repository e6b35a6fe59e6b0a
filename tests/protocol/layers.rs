//! Imports go one way. The order is the one that `src/lib.rs` draws.

use std::fs;
use std::path::{Path, PathBuf};

/// A module may import those that stand before it.
const ORDER: &[&str] = &[
    "cbor", "together", "sorted", "record", "oauth", "error", "http", "seal", "jwt", "store", "client", "password",
    "consent", "pages", "config", "cx", "endpoint", "edge", "bin",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The first folder or file below `src`.
fn layer(path: &Path) -> String {
    let below = path.strip_prefix(root()).unwrap();
    below.components().next().unwrap().as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn rank(layer: &str) -> usize {
    ORDER.iter().position(|name| *name == layer).unwrap_or_else(|| panic!("{layer} has no place in the order"))
}

/// The modules that a line of code names after `crate::`, also in nested imports.
fn imported(line: &str) -> Vec<String> {
    let code = line.split("//").next().unwrap();
    let names = code.split("crate::").skip(1);
    names.map(|rest| rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect()).collect()
}

#[test]
fn imports_go_one_way() {
    let mut files = Vec::new();
    sources(&root(), &mut files);
    let mut wrong = Vec::new();
    for path in files {
        let from = layer(&path);
        if matches!(from.as_str(), "lib" | "manual") {
            continue;
        }
        for (number, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            for to in imported(line) {
                // Constants and macros of the crate's root.
                if to.is_empty() || !ORDER.contains(&to.as_str()) {
                    continue;
                }
                if rank(&to) > rank(&from) {
                    wrong.push(format!("{}:{}: {from} imports {to}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_edge_names_the_platform() {
    let mut files = Vec::new();
    sources(&root(), &mut files);
    for path in files.iter().filter(|path| layer(path) != "edge") {
        for line in fs::read_to_string(path).unwrap().lines().filter(|line| !line.trim_start().starts_with("//")) {
            let named = ["worker::", "web_sys::", "js_sys::", "wasm_bindgen"].iter().any(|name| line.contains(name));
            assert!(!named, "{}: {line}", path.display());
        }
    }
}

#[test]
fn a_forbidden_import_is_seen() {
    assert_eq!(imported("use crate::endpoint::{handle};"), ["endpoint"]);
    assert!(rank("endpoint") > rank("oauth"));
}
