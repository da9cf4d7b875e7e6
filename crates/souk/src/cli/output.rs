//! The forms in which results are printed: a table for people, JSON, YAML and names for scripts.
//!
//! JSON and YAML are the platform's own answer, whole; only tables choose what to show.

use clap::{Args, ValueEnum};
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::Value;

use super::exit::{Exit, Failure};
use super::terminal::Terminal;

#[derive(Args, Clone, Copy, Debug)]
pub struct OutputArgs {
    /// Form of the result
    #[arg(short, long, value_enum, default_value_t = Output::Table)]
    pub output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people
    Table,
    /// The platform's answer, whole
    Json,
    /// The same as YAML
    Yaml,
    /// Ids only, one a line
    Name,
}

impl Output {
    /// Prints an answer: `name` and `table` are called only when their form is wanted.
    pub fn print(
        self,
        terminal: &Terminal,
        raw: &Value,
        name: impl FnOnce() -> String,
        table: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        let text = match self {
            Self::Table => table(),
            Self::Name => name(),
            Self::Json => serde_json::to_string_pretty(raw).map_err(|error| unprintable(&error))?,
            Self::Yaml => serde_yaml_ng::to_string(raw).map_err(|error| unprintable(&error))?,
        };
        let text = text.strip_suffix('\n').unwrap_or(&text);
        if text.is_empty() { Ok(()) } else { Ok(terminal.print(text)?) }
    }

    pub fn is_for_people(self) -> bool {
        self == Self::Table
    }
}

fn unprintable(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Exit::Failure, format!("the answer cannot be printed: {error}"))
}

/// A table without lines. Nothing is wrapped: an address or an id stays one word to be copied.
pub fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(header.iter().copied());
    for row in rows {
        table.add_row(row);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// What is told of one thing: a label and a value on each line. Values are not touched, since a password may end in a space.
pub fn pairs<'a>(indent: &str, rows: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let rows: Vec<_> = rows.into_iter().collect();
    let width = rows.iter().map(|(label, _)| label.len()).max().unwrap_or_default();
    rows.iter().map(|(label, value)| format!("{indent}{label:<width$}  {value}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::terminal::recorded;
    use super::*;

    #[test]
    fn columns_line_up_in_any_script() {
        let rows = [vec!["青いマグ".into(), "Ready".into()], vec!["Mug".into(), "Failed".into()]];
        assert_eq!(table(&["NAME", "PHASE"], rows), "NAME      PHASE\n青いマグ  Ready\nMug       Failed");
    }

    #[test]
    fn values_are_left_as_they_are() {
        assert_eq!(
            pairs("", [("User", "admin".into()), ("Password", "a, \"b\" ".into())]),
            "User      admin\nPassword  a, \"b\" "
        );
    }

    #[test]
    fn every_form_prints_the_same_answer() {
        let raw = json!({"id": "saaaaaaaaaa", "future": [1]});
        for (output, wanted) in [
            (Output::Table, "T\n"),
            (Output::Name, "saaaaaaaaaa\n"),
            (Output::Json, "{\n  \"future\": [\n    1\n  ],\n  \"id\": \"saaaaaaaaaa\"\n}\n"),
            (Output::Yaml, "future:\n- 1\nid: saaaaaaaaaa\n"),
        ] {
            let (terminal, out, _) = recorded::pipe();
            output.print(&terminal, &raw, || "saaaaaaaaaa".into(), || "T".into()).unwrap();
            assert_eq!(out.text(), wanted);
        }
    }
}
