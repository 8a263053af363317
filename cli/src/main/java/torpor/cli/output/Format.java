package torpor.cli.output;

/// How data is written to stdout.
public enum Format {
  TABLE,
  JSON
}
