package torpor.daemon.config;

/// One thing wrong with the configuration.
///
/// @param where file with line and column, variable, or flag
/// @param what one sentence
/// @param remedy one sentence
public record Problem(String where, String what, String remedy) {
  @Override
  public String toString() {
    return where + ": " + what + "; " + remedy;
  }
}
