//! The files that a page, a script or a style sheet names.

/// Endings of what a browser loads along with a page.
const ENDINGS: [&str; 7] = [".js", ".mjs", ".wasm", ".css", ".woff2", ".svg", ".ico"];

/// The paths that a file names and a browser then loads: for a page everything in quotes that is a
/// file of this site, for a script its static imports, for a style sheet what is behind `url(`.
pub(super) fn named(path: &str, text: &str) -> Vec<String> {
    let found: Vec<&str> = match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("js" | "mjs") => imports(text),
        Some("css") => between(text, "url(", &[')']).collect(),
        Some(_) => Vec::new(),
        None => ["\"", "'"].into_iter().flat_map(|quote| quoted(text, quote)).collect(),
    };
    let from_page = !path.contains('.');
    let local = found.into_iter().map(|name| name.trim_matches(['"', '\'']));
    let local = local.filter(|name| !from_page || name.starts_with('/'));
    local.filter_map(|name| resolve(path, name)).collect()
}

/// `import … from "x"`, `export … from "x"` and `import "x"`. What is imported later, by a call, is
/// not part of the first load.
fn imports(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for before in
        ["from\"", "from'", "from \"", "from '", "import\"", "import'", "import \"", "import '"]
    {
        found.extend(between(text, before, &['"', '\'']));
    }
    found
}

/// Everything that stands in quotes of one sort.
fn quoted<'a>(text: &'a str, quote: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(quote).filter(|part| part.len() < 300 && part.starts_with('/'))
}

/// What stands between each `before` and the next of `after`.
fn between<'a>(text: &'a str, before: &'a str, after: &'a [char]) -> impl Iterator<Item = &'a str> {
    text.split(before).skip(1).filter_map(move |rest| rest.split_once(after)).map(|(name, _)| name)
}

/// The absolute path of a file of this site; `None` for anything else.
fn resolve(base: &str, name: &str) -> Option<String> {
    let name = name.split(['?', '#']).next()?;
    if !ENDINGS.iter().any(|ending| name.ends_with(ending)) || name.starts_with("//") {
        return None;
    }
    if name.starts_with('/') {
        return Some(name.to_owned());
    }
    if name.contains(':') {
        return None;
    }
    let mut parts: Vec<&str> = base.split('/').collect();
    parts.pop();
    for part in name.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_its_files_and_not_its_links() {
        let page = "<link href=\"/pkg/w.css\"><a href=\"/inbox/7\"><script type=\"module\">\
                    import('/pkg/w.js?v=1')</script><img src=\"https://x.test/a.svg\">";
        assert_eq!(named("/inbox", page), ["/pkg/w.css", "/pkg/w.js"]);
    }

    #[test]
    fn a_script_names_what_it_imports_at_once() {
        let script = "import { a } from './snippets/a.js';export*from\"../vendor/b.js\";import(\"./later.js\")";
        assert_eq!(named("/pkg/w.js", script), ["/vendor/b.js", "/pkg/snippets/a.js"]);
    }

    #[test]
    fn a_style_sheet_names_its_fonts() {
        let style =
            "@font-face{src:url(\"/fonts/a.woff2\")}b{background:url(data:image/svg+xml;x)}";
        assert_eq!(named("/pkg/w.css", style), ["/fonts/a.woff2"]);
    }
}
