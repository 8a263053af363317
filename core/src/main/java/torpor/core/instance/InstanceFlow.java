package torpor.core.instance;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import torpor.core.instance.Hop.Kind;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;

/// What is asked of an instance, each the list of hops that leads there from where it is. Whoever
/// carries a flow out takes one hop at a time, so a failure leaves the last good state.
public enum InstanceFlow {
  /// From nothing to running.
  CREATE,
  /// Stopped to running.
  START,
  /// Everything durable, nothing held.
  STANDBY,
  /// From the snapshot to running.
  RESTORE,
  /// No machine; what only memory held is lost.
  STOP,
  DELETE;

  /// The hops still to be taken; none where the instance is already there.
  public Reply<List<Kind>> from(InstanceState state) {
    return switch (this) {
      case CREATE -> create(state);
      case START -> start(state);
      case STANDBY -> standby(state);
      case RESTORE -> restore(state);
      case STOP -> stop(state);
      case DELETE -> delete(state);
    };
  }

  private Reply<List<Kind>> create(InstanceState state) {
    if (!(state instanceof InstanceState.Creating(Preparation underWay))) {
      return start(state);
    }
    List<Kind> hops = new ArrayList<>();
    for (var step = Optional.of(underWay); step.isPresent(); step = step.get().next()) {
      hops.add(Kind.PREPARE);
    }
    hops.add(Kind.MAKE);
    hops.add(Kind.BOOT);
    return Reply.done(List.copyOf(hops));
  }

  private Reply<List<Kind>> start(InstanceState state) {
    return switch (state) {
      case InstanceState.Stopped _ -> hops(Kind.MAKE, Kind.BOOT);
      case InstanceState.Created _ -> hops(Kind.BOOT);
      case InstanceState.Running _ -> hops();
      case InstanceState.Shutdown _ -> hops(Kind.TAKE_DOWN, Kind.MAKE, Kind.BOOT);
      case InstanceState.Creating _,
          InstanceState.Paused _,
          InstanceState.Standby _,
          InstanceState.Failed _,
          InstanceState.Deleted _ ->
          refused(state);
    };
  }

  private Reply<List<Kind>> standby(InstanceState state) {
    return switch (state) {
      case InstanceState.Running _ -> hops(Kind.PAUSE, Kind.PUT_AWAY);
      case InstanceState.Paused _ -> hops(Kind.PUT_AWAY);
      case InstanceState.Standby _ -> hops();
      case InstanceState.Creating _,
          InstanceState.Stopped _,
          InstanceState.Created _,
          InstanceState.Shutdown _,
          InstanceState.Failed _,
          InstanceState.Deleted _ ->
          refused(state);
    };
  }

  private Reply<List<Kind>> restore(InstanceState state) {
    return switch (state) {
      case InstanceState.Standby _ -> hops(Kind.BRING_BACK, Kind.RESUME);
      case InstanceState.Paused _ -> hops(Kind.RESUME);
      case InstanceState.Running _ -> hops();
      case InstanceState.Creating _,
          InstanceState.Stopped _,
          InstanceState.Created _,
          InstanceState.Shutdown _,
          InstanceState.Failed _,
          InstanceState.Deleted _ ->
          refused(state);
    };
  }

  private Reply<List<Kind>> stop(InstanceState state) {
    return switch (state) {
      case InstanceState.Running _, InstanceState.Paused _ -> hops(Kind.POWER_OFF, Kind.TAKE_DOWN);
      case InstanceState.Created _, InstanceState.Shutdown _ -> hops(Kind.TAKE_DOWN);
      case InstanceState.Standby _ -> hops(Kind.FORGET);
      case InstanceState.Stopped _ -> hops();
      case InstanceState.Creating _, InstanceState.Failed _, InstanceState.Deleted _ ->
          refused(state);
    };
  }

  /// No machine may outlive its directory.
  private Reply<List<Kind>> delete(InstanceState state) {
    return switch (state) {
      case InstanceState.Running _, InstanceState.Paused _ ->
          hops(Kind.POWER_OFF, Kind.TAKE_DOWN, Kind.DELETE);
      case InstanceState.Created _, InstanceState.Shutdown _ -> hops(Kind.TAKE_DOWN, Kind.DELETE);
      case InstanceState.Creating _,
          InstanceState.Stopped _,
          InstanceState.Standby _,
          InstanceState.Failed _ ->
          hops(Kind.DELETE);
      case InstanceState.Deleted _ -> hops();
    };
  }

  private static Reply<List<Kind>> hops(Kind... kinds) {
    return Reply.done(List.of(kinds));
  }

  private Reply<List<Kind>> refused(InstanceState state) {
    return Reply.refused(
        Refusal.of(
            RefusalCode.INSTANCE_STATE,
            "an instance that is %s cannot do '%s'"
                .formatted(state.phase().text(), name().toLowerCase(Locale.ROOT)),
            "Look at the instance's state and bring it to one from where this is possible."));
  }
}
