//! What a person sees of a running operation: a bar on a terminal, plain lines in a pipe.

use std::fmt::Write as _;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use time::OffsetDateTime;

use super::answer::{Step, Store};
use super::elapsed::took;
use super::terminal::Terminal;

/// Shows the steps of one operation on standard error. Each finished step is told once.
pub struct Progress {
    terminal: Terminal,
    bar: Option<ProgressBar>,
    finished: Vec<String>,
    /// What was said last about waiting, so that it is not said twice.
    said: String,
    lost: bool,
}

impl Progress {
    pub fn on(terminal: &Terminal) -> Self {
        let bar = terminal.draws.then(bar);
        Self { terminal: terminal.clone(), bar, finished: Vec::new(), said: String::new(), lost: false }
    }

    pub fn show(&mut self, store: &Store) {
        let Some(operation) = &store.operation else { return };
        for step in &operation.steps {
            let name = format!("{} {}", operation.id, step.name);
            if matches!(step.state.as_str(), "done" | "failed") && !self.finished.contains(&name) {
                self.finished.push(name);
                self.line(&finished_line(step));
            }
        }
        let running = operation.steps.iter().find(|step| step.state == "running");
        let now = running.map_or_else(|| store.message.clone(), doing);
        if let Some(bar) = &self.bar {
            bar.set_length(operation.steps.len() as u64);
            bar.set_position(operation.steps.iter().filter(|step| step.state == "done").count() as u64);
            bar.set_message(now);
        } else if (!operation.is_over() || store.phase == "Degraded")
            && running.is_none_or(|step| step.message.is_some())
            && self.said != now
        {
            self.line(&format!("  ... {now}"));
            self.said = now;
        }
    }

    pub fn lost(&mut self, why: &str) {
        if !self.lost {
            self.line(&format!("  ... lost the connection ({why}); the operation goes on, trying again"));
        }
        self.lost = true;
    }

    pub fn found(&mut self) {
        if self.lost {
            self.line("  ... connected again");
        }
        self.lost = false;
    }

    /// Takes the bar away; what was said stays.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn line(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.println(line),
            None => self.terminal.say(line),
        }
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(1), ProgressDrawTarget::stderr());
    let style =
        ProgressStyle::with_template("  {spinner:.cyan} [{bar:24.cyan/dim}] {pos}/{len}  {took:>7}  {wide_msg}");
    if let Ok(style) = style {
        bar.set_style(style.progress_chars("=> ").with_key(
            "took",
            |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                let span = time::Duration::try_from(state.elapsed()).unwrap_or_default();
                let _ = write!(out, "{}", took(span));
            },
        ));
    }
    bar.enable_steady_tick(std::time::Duration::from_millis(120));
    bar
}

fn finished_line(step: &Step) -> String {
    let mark = if step.state == "done" { '✔' } else { '✘' };
    let mut line = format!("  {mark} {:<30}", step.title);
    if let (Some(from), Some(to)) = (step.started_at, step.finished_at) {
        let _ = write!(line, " {:>8}", took(to - from));
    }
    match &step.message {
        Some(message) if step.state == "failed" => line + "  " + message,
        _ => line.trim_end().to_owned(),
    }
}

fn doing(step: &Step) -> String {
    let mut text = step.title.clone();
    if let Some(message) = &step.message {
        let _ = write!(text, ": {message}");
    }
    text
}

/// How long the newest operation took, or has been taking.
pub fn took_in_all(store: &Store) -> Option<String> {
    let operation = store.operation.as_ref()?;
    let end = operation.finished_at.unwrap_or_else(OffsetDateTime::now_utc);
    Some(took(end - operation.created_at))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::terminal::recorded;
    use super::*;

    fn store(states: &[(&str, Option<&str>)], message: &str) -> Store {
        let steps: Vec<_> = states
            .iter()
            .enumerate()
            .map(|(n, (state, message))| {
                json!({"name": format!("step{n}"), "title": format!("Step {n}"), "state": state, "message": message,
                       "startedAt": "2026-01-01T00:00:00Z", "finishedAt": "2026-01-01T00:00:01.5Z"})
            })
            .collect();
        serde_json::from_value(json!({
            "id": "saaaaaaaaaa", "name": "A", "slug": "a", "url": "http://a.localhost", "adminUrl": "x",
            "phase": "Provisioning", "message": message, "createdAt": "2026-01-01T00:00:00Z",
            "operation": {"id": "op-1", "kind": "create", "state": "running", "steps": steps, "message": null,
                          "createdAt": "2026-01-01T00:00:00Z"},
        }))
        .unwrap()
    }

    #[test]
    fn plain_lines_say_each_thing_once() {
        let (terminal, out, err) = recorded::pipe();
        let mut progress = Progress::on(&terminal);
        progress.show(&store(&[("pending", None), ("pending", None)], "Waiting for its turn."));
        progress.show(&store(&[("running", None), ("pending", None)], "x"));
        progress.show(&store(&[("done", None), ("running", Some("no node has room"))], "x"));
        progress.lost("reset");
        progress.lost("reset");
        progress.found();
        progress.show(&store(&[("done", None), ("running", Some("no node has room"))], "x"));
        progress.show(&store(&[("done", None), ("failed", Some("the image is missing"))], "x"));
        progress.end();
        assert_eq!(out.text(), "");
        assert_eq!(
            err.text(),
            "  ... Waiting for its turn.\n  \
             ✔ Step 0                            1.5 s\n  \
             ... Step 1: no node has room\n  \
             ... lost the connection (reset); the operation goes on, trying again\n  \
             ... connected again\n  \
             ✘ Step 1                            1.5 s  the image is missing\n  \
             ... x\n"
        );
    }
}
