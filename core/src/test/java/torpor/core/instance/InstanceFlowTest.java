package torpor.core.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import torpor.core.refusal.Reply;

class InstanceFlowTest {

  @Test
  void everyFlowIsMadeOfLegalHopsAndEndsWhereItSays() {
    for (InstanceFlow flow : InstanceFlow.values()) {
      for (InstanceState state : InstanceSamples.states()) {
        hops(flow, state)
            .ifPresent(hops ->
                assertThat(walk(state, hops).phase())
                    .as("%s from %s", flow, state)
                    .isEqualTo(goal(flow)));
      }
    }
  }

  private static InstancePhase goal(InstanceFlow flow) {
    return switch (flow) {
      case CREATE, START, RESTORE -> InstancePhase.RUNNING;
      case STANDBY -> InstancePhase.STANDBY;
      case STOP -> InstancePhase.STOPPED;
      case DELETE -> InstancePhase.DELETED;
    };
  }

  @Test
  void createTakesEveryPreparationThenMakesAndBootsTheMachine() {
    assertThat(hops(InstanceFlow.CREATE, new InstanceState.Creating(Preparation.IMAGE)))
        .contains(
            List.of(
                Hop.Kind.PREPARE,
                Hop.Kind.PREPARE,
                Hop.Kind.PREPARE,
                Hop.Kind.MAKE,
                Hop.Kind.BOOT));
  }

  @Test
  void standbyPausesAndPutsAwayAndRestoreBringsBackAndResumes() {
    assertThat(hops(InstanceFlow.STANDBY, new InstanceState.Running(InstanceSamples.MACHINE)))
        .contains(List.of(Hop.Kind.PAUSE, Hop.Kind.PUT_AWAY));
    assertThat(hops(InstanceFlow.RESTORE, new InstanceState.Standby(InstanceSamples.SNAPSHOT)))
        .contains(List.of(Hop.Kind.BRING_BACK, Hop.Kind.RESUME));
  }

  @Test
  void aFlowThatIsAlreadyThereHasNoHopsLeft() {
    assertThat(hops(InstanceFlow.STOP, new InstanceState.Stopped())).contains(List.of());
    assertThat(hops(InstanceFlow.DELETE, new InstanceState.Deleted())).contains(List.of());
  }

  @Test
  void anInstanceInStandbyIsNotStartedFromItsDisksUnlessItsMemoryIsForgotten() {
    InstanceState standby = new InstanceState.Standby(InstanceSamples.SNAPSHOT);
    assertThat(hops(InstanceFlow.START, standby)).isEmpty();
    assertThat(hops(InstanceFlow.STOP, standby)).contains(List.of(Hop.Kind.FORGET));
  }

  @Test
  void deleteIsPossibleFromEveryStateAndNeverLeavesAMachineBehind() {
    Set<InstancePhase> machineless =
        EnumSet.of(
            InstancePhase.CREATING,
            InstancePhase.STOPPED,
            InstancePhase.STANDBY,
            InstancePhase.FAILED);
    for (InstanceState state : InstanceSamples.states()) {
      List<Hop.Kind> hops = hops(InstanceFlow.DELETE, state).orElseThrow();
      if (!hops.isEmpty()) {
        InstanceState last = walk(state, hops.subList(0, hops.size() - 1));
        assertThat(machineless).contains(last.phase());
      }
    }
  }

  @Test
  void aFlowBrokenOffAnywhereCanBeTakenUpFromTheStateItReached() {
    for (InstanceFlow flow : InstanceFlow.values()) {
      for (InstanceState state : InstanceSamples.states()) {
        List<Hop.Kind> hops = hops(flow, state).orElse(List.of());
        for (int done = 0; done < hops.size(); done++) {
          InstanceState reached = walk(state, hops.subList(0, done));
          assertThat(hops(flow, reached)).contains(hops.subList(done, hops.size()));
        }
      }
    }
  }

  private static Optional<List<Hop.Kind>> hops(InstanceFlow flow, InstanceState state) {
    return switch (flow.from(state)) {
      case Reply.Done<List<Hop.Kind>>(List<Hop.Kind> hops) -> Optional.of(hops);
      case Reply.Refused<List<Hop.Kind>> _ -> Optional.empty();
    };
  }

  private static InstanceState walk(InstanceState from, List<Hop.Kind> hops) {
    InstanceState state = from;
    for (Hop.Kind kind : hops) {
      state = InstanceSamples.after(state, InstanceSamples.hop(kind)).orElseThrow();
    }
    return state;
  }
}
