package torpor.daemon.config;

/// How the values of a key are read and shown. Pure, but for the home directory.
///
/// @param reader reads what a layer says
/// @param writer shows a value as a person would write it, without secrets
record ValueType<T>(Reader<T> reader, Writer<T> writer) {
  interface Reader<T> {
    Parsed<T> read(Given given);
  }

  interface Writer<T> {
    String write(T value);
  }
}
