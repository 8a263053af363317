package torpor.runtime.qemu.machine;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import torpor.engine.network.NetworkPlace;
import torpor.runtime.qemu.agent.Records;

/// What makes a machine differ from its copies.
///
/// @param machine its id
/// @param hostname valid as one
public record Identity(String machine, String hostname, Optional<NetworkPlace> network) {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int ENTROPY = 32;
  private static final int MACHINE_ID_DIGITS = 32;
  private static final long NANOSECONDS = 1_000_000_000L;

  /// What does not change with time.
  public Records lasting() {
    Records records =
        Records.NONE.with("hostname", hostname).with("machine_id", machineId(machine));
    if (network.isEmpty()) {
      return records;
    }
    NetworkPlace place = network.get();
    records =
        records
            .with("mac", place.mac())
            .with("address", place.address())
            .with("gateway", place.gateway())
            .with("mtu", place.mtu());
    for (String server : place.nameservers()) {
      records = records.with("dns", server);
    }
    return records;
  }

  /// A clock that is right and entropy that nobody else has, for this very moment.
  public static Records moment(InstantSource clock) {
    byte[] entropy = new byte[ENTROPY];
    RANDOM.nextBytes(entropy);
    Instant now = clock.instant();
    return Records.NONE
        .with("epoch_ns", now.getEpochSecond() * NANOSECONDS + now.getNano())
        .with("entropy", HexFormat.of().formatHex(entropy));
  }

  /// Both.
  public Records now(InstantSource clock) {
    Records records = lasting();
    for (Records.Entry entry : moment(clock).entries()) {
      records = records.with(entry.key(), entry.value());
    }
    return records;
  }

  private static String machineId(String machine) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      byte[] digest = sha256.digest(machine.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, MACHINE_ID_DIGITS);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
