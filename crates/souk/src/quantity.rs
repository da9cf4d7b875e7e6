//! Quantities of Kubernetes as numbers: `250m` cores, `64Mi` of memory.

/// The quantity in its base unit: cores or bytes. What is no quantity counts as nothing.
pub fn parse(text: &str) -> f64 {
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let factor = match unit {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "Ki" => 1024.0,
        "Mi" => 1024.0 * 1024.0,
        "Gi" => 1024.0 * 1024.0 * 1024.0,
        "Ti" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
        exponent => match exponent.strip_prefix(['e', 'E']).and_then(|power| power.parse::<i32>().ok()) {
            Some(power) => 10f64.powi(power),
            None => 0.0,
        },
    };
    number.parse::<f64>().unwrap_or_default() * factor
}

/// Bytes for people: `512 MiB`, `18.2 GiB`.
pub fn bytes(value: f64) -> String {
    const MIB: f64 = 1024.0 * 1024.0;
    if value < 1024.0 * MIB { format!("{:.0} MiB", value / MIB) } else { format!("{:.1} GiB", value / MIB / 1024.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units() {
        for (text, value) in [
            ("2", 2.0),
            ("1500000n", 0.0015),
            ("250m", 0.25),
            ("64Mi", 67_108_864.0),
            ("1.5Gi", 1_610_612_736.0),
            ("12e3", 12_000.0),
            ("", 0.0),
            ("x", 0.0),
        ] {
            assert!((parse(text) - value).abs() < 1e-9, "{text}");
        }
        assert_eq!(bytes(parse("512Mi")), "512 MiB");
        assert_eq!(bytes(parse("18Gi")), "18.0 GiB");
    }
}
