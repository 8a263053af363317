package torpor.runtime.qemu.agent;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// `key=value` strings, each ended by NUL, in order; a key may come several times. Immutable.
public record Records(List<Entry> entries) {
  public static final Records NONE = new Records(List.of());

  public record Entry(String key, String value) {}

  public Records {
    entries = List.copyOf(entries);
  }

  /// @throws IllegalArgumentException where the value contains NUL, which nothing can carry
  public Records with(String key, String value) {
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("the value of " + key + " contains NUL");
    }
    List<Entry> more = new ArrayList<>(entries);
    more.add(new Entry(key, value));
    return new Records(more);
  }

  public Records with(String key, long value) {
    return with(key, Long.toUnsignedString(value));
  }

  public Records with(String key, boolean value) {
    return with(key, value ? "1" : "0");
  }

  /// The last value of a key.
  public Optional<String> find(String key) {
    return entries.reversed().stream()
        .filter(entry -> entry.key().equals(key))
        .map(Entry::value)
        .findFirst();
  }

  public List<String> all(String key) {
    return entries.stream().filter(entry -> entry.key().equals(key)).map(Entry::value).toList();
  }

  /// @return empty where it is not there or not a number
  public OptionalLong number(String key) {
    try {
      Optional<String> text = find(key);
      return text.isPresent()
          ? OptionalLong.of(Long.parseUnsignedLong(text.get()))
          : OptionalLong.empty();
    } catch (NumberFormatException none) {
      return OptionalLong.empty();
    }
  }

  public byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (Entry entry : entries) {
      bytes.writeBytes((entry.key() + "=" + entry.value()).getBytes(StandardCharsets.UTF_8));
      bytes.write(0);
    }
    return bytes.toByteArray();
  }

  /// What is malformed is left out: it is the guest's word, and a newer one may say more.
  public static Records parse(byte[] bytes) {
    List<Entry> entries = new ArrayList<>();
    for (String record : new String(bytes, StandardCharsets.UTF_8).split("\0", -1)) {
      int equals = record.indexOf('=');
      if (equals > 0) {
        entries.add(new Entry(record.substring(0, equals), record.substring(equals + 1)));
      }
    }
    return new Records(entries);
  }
}
