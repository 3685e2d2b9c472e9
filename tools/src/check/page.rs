//! The page of each rule: why there is one, with a bad and a good example.

/// The pages of all rules, which tests compare with the table and run.
pub const PAGES: &str = include_str!("../../docs/check.md");

/// What begins the page of a rule.
const HEADING: &str = "\n### ";

/// The page of a rule.
pub fn of(name: &str) -> Option<&'static str> {
    let start = PAGES.find(&format!("{HEADING}{name}\n"))? + 1;
    let page = &PAGES[start..];
    let end = page.find(HEADING).map_or(page.len(), |end| end + 1);
    Some(&page[..end])
}
