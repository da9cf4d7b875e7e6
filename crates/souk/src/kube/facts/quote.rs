//! Texts of the cluster, made fit for a sentence.

/// Longest text that is taken over, in characters.
const MAX: usize = 240;

/// On one line and of bearable length, without a full stop at its end.
pub fn quote(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.trim_end_matches('.');
    match line.char_indices().nth(MAX) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_owned(),
    }
}

/// The last line of a log that says something.
pub fn last_line(text: &str) -> Option<String> {
    text.lines().rev().map(str::trim).find(|line| !line.is_empty()).map(quote)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_short_line() {
        assert_eq!(quote("  a\n b.  "), "a b");
        assert_eq!(quote(&"ü".repeat(500)).chars().count(), MAX + 1);
        assert_eq!(last_line("first\n  last \n\n").as_deref(), Some("last"));
        assert_eq!(last_line(" \n"), None);
    }
}
