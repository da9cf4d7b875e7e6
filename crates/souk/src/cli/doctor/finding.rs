//! What `souk doctor` found: one line for each thing looked at, with the remedy where one is needed.

use serde::Serialize;

/// How one check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Ok,
    /// Works, but somebody should know.
    Warning,
    Failed,
    /// Could not be looked at; the message says why.
    Skipped,
}

/// One check and what it found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub check: String,
    pub verdict: Verdict,
    pub message: String,
    /// What to do; always there when something failed.
    pub remedy: Option<String>,
}

impl Finding {
    pub fn ok(check: &str, message: impl Into<String>) -> Self {
        Self::new(check, Verdict::Ok, message.into(), None)
    }

    pub fn warning(check: &str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(check, Verdict::Warning, message.into(), Some(remedy.into()))
    }

    pub fn failed(check: &str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(check, Verdict::Failed, message.into(), Some(remedy.into()))
    }

    pub fn skipped(check: &str, why: impl Into<String>) -> Self {
        Self::new(check, Verdict::Skipped, format!("not checked: {}", why.into()), None)
    }

    fn new(check: &str, verdict: Verdict, message: String, remedy: Option<String>) -> Self {
        Self { check: check.to_owned(), verdict, message, remedy }
    }
}

pub fn count(findings: &[Finding], verdict: Verdict) -> usize {
    findings.iter().filter(|finding| finding.verdict == verdict).count()
}

/// The report for people.
pub fn report(findings: &[Finding]) -> String {
    let width = findings.iter().map(|finding| finding.check.chars().count()).max().unwrap_or_default();
    let mut lines = Vec::new();
    for Finding { check, verdict, message, remedy } in findings {
        let mark = match verdict {
            Verdict::Ok => '✔',
            Verdict::Warning => '!',
            Verdict::Failed => '✘',
            Verdict::Skipped => '-',
        };
        lines.push(format!("{mark} {check:<width$}  {message}"));
        if let Some(remedy) = remedy {
            lines.push(format!("  {:<width$}  → {remedy}", ""));
        }
    }
    lines.push(String::new());
    lines.push(closing(findings));
    lines.join("\n")
}

fn closing(findings: &[Finding]) -> String {
    let parts = [
        (Verdict::Ok, "fine"),
        (Verdict::Warning, "to know"),
        (Verdict::Failed, "failed"),
        (Verdict::Skipped, "not checked"),
    ];
    let parts = parts.map(|(verdict, word)| (count(findings, verdict), word));
    let told = parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
    told.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_lines_up_and_counts() {
        let findings = [
            Finding::ok("cluster", "Kubernetes v1.34.4"),
            Finding::failed("storage class", "there is no default class", "mark one as default"),
            Finding::skipped("platform", "no cluster"),
        ];
        assert_eq!(
            report(&findings),
            "✔ cluster        Kubernetes v1.34.4\n\
             ✘ storage class  there is no default class\n                 \
             → mark one as default\n\
             - platform       not checked: no cluster\n\
             \n\
             1 fine, 1 failed, 1 not checked"
        );
    }
}
