package torpor.core.definition;

/// A JSON document as text, well formed by the word of whoever made it. Core does not look inside.
public record JsonText(String text) {
  public static final JsonText NULL = new JsonText("null");
  public static final JsonText EMPTY_OBJECT = new JsonText("{}");
}
