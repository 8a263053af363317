package torpor.testkit.sim;

/// The promises that a run watches over, as the design words them.
public enum Promise {
  P1_NO_SILENT_ROLLBACK,
  P2_CHECKPOINT_ALL_OR_NOTHING,
  P3_ACKNOWLEDGED_MEANS_DURABLE,
  P4_CHECKPOINT_IS_IDEMPOTENT,
  P5_EVERY_SLEEP_ENDS,
  P6_ONE_LIVE_COPY,
  P8_NOTHING_LEAKS,
  /// Not a promise of the product but of its own ports: what one part may rely on in another.
  PORT_RULES
}
