package torpor.cli.terminal;

/// Of a terminal, in characters.
public record WindowSize(int rows, int columns) {
  /// Of a terminal that does not say.
  public static final WindowSize USUAL = new WindowSize(24, 80);
}
