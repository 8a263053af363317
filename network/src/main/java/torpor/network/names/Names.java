package torpor.network.names;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.regex.Pattern;
import torpor.core.instance.InstanceId;
import torpor.core.network.AddressSlot;

/// The names of one data directory's objects.
///
/// @param mark six letters and digits, from a hash of the data directory's id: 36⁶ is 2³¹, so two
///   directories of one host have the same one once in two thousand million
public record Names(String mark) {
  private static final Pattern MARK = Pattern.compile("[0-9a-z]{6}");
  private static final BigInteger MARKS = BigInteger.valueOf(36).pow(6);
  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,5}");
  private static final String ALIAS = "torpor ";

  public Names {
    if (!MARK.matcher(mark).matches()) {
      throw new IllegalArgumentException("a mark is six letters and digits: " + mark);
    }
  }

  /// @param dataDirectory its id, which stays the same for as long as it lives
  public static Names of(String dataDirectory) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(dataDirectory.getBytes(StandardCharsets.UTF_8));
      String digits = new BigInteger(1, hash).mod(MARKS).toString(36);
      return new Names("0".repeat(6 - digits.length()) + digits);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// The table in the host's own namespace.
  public String table() {
    return "torpor_" + mark;
  }

  public String namespace(AddressSlot slot) {
    return namespacePrefix() + slot;
  }

  /// The host's end of the wire: at most 15 characters, as the kernel wants.
  public String wire(AddressSlot slot) {
    return wirePrefix() + slot;
  }

  /// For `iifname`: every wire of ours.
  public String wires() {
    return wirePrefix() + "*";
  }

  public Optional<AddressSlot> slotOfNamespace(String name) {
    return slot(namespacePrefix(), name);
  }

  public Optional<AddressSlot> slotOfWire(String name) {
    return slot(wirePrefix(), name);
  }

  /// What the host's end is labelled with once its network is complete.
  public static String alias(InstanceId instance) {
    return ALIAS + instance;
  }

  /// Whose network it is by its label; empty where it was never completed.
  public static Optional<InstanceId> instanceOf(String alias) {
    String id = alias.strip();
    return id.startsWith(ALIAS) && InstanceId.isValid(id.substring(ALIAS.length()))
        ? Optional.of(InstanceId.parse(id.substring(ALIAS.length())))
        : Optional.empty();
  }

  private String namespacePrefix() {
    return "torpor-" + mark + "-";
  }

  private String wirePrefix() {
    return "tp" + mark + "-";
  }

  private static Optional<AddressSlot> slot(String prefix, String name) {
    if (!name.startsWith(prefix)) {
      return Optional.empty();
    }
    String number = name.substring(prefix.length());
    return NUMBER.matcher(number).matches()
        ? Optional.of(new AddressSlot(Integer.parseInt(number)))
        : Optional.empty();
  }
}
