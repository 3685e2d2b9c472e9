//! What all pictures begin with.

use std::fmt::{Result, Write};

/// The head of a picture of this size, white, with its title.
pub(crate) fn begin(out: &mut String, width: i64, height: i64, title: &str) -> Result {
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" font-family=\"sans-serif\" font-size=\"14\">"
    )?;
    writeln!(out, "<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>")?;
    writeln!(out, "<title>{title}</title>")?;
    writeln!(out, "<text x=\"20\" y=\"34\" font-size=\"20\" font-weight=\"bold\">{title}</text>")
}
