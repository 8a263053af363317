package torpor.core.snapshot;

/// The caller's own name for one checkpoint, 1 to 128 visible ASCII characters. The same token
/// never checkpoints twice.
public record Token(String text) {
  public static final int MAX_LENGTH = 128;

  public Token {
    if (!isValid(text)) {
      throw new IllegalArgumentException("token is not 1 to 128 visible ASCII characters");
    }
  }

  public static boolean isValid(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_LENGTH
        && text.chars().allMatch(c -> c > ' ' && c < 127);
  }

  @Override
  public String toString() {
    return text;
  }
}
