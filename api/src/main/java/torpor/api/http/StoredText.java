package torpor.api.http;

/// Text that is stored as it is. No U+0000 in it: PostgreSQL cannot hold one, nor can an
/// environment. Inside a JSON document that character is an escape and no matter.
public final class StoredText {
  private StoredText() {}

  /// @return the text
  /// @throws RefusedException naming the field where the text holds a U+0000
  public static String checked(String field, String text) {
    if (text.indexOf('\0') >= 0) {
      throw RefusedException.invalid(
          field, "'%s' contains the character U+0000".formatted(field), "Leave it out.");
    }
    return text;
  }
}
