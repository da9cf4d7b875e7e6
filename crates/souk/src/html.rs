//! Text for the few pages that are written by hand.

/// The text as HTML shows it, in an element or in a quoted attribute.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(escaped("<b>\"K&B\" 'x'"), "&lt;b&gt;&quot;K&amp;B&quot; &#39;x&#39;");
    }
}
