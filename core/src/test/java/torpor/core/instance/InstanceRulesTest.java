package torpor.core.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;

class InstanceRulesTest {

  @Test
  void preparationGoesOnStepByStepUntilTheInstanceIsStopped() {
    InstanceState state = new InstanceState.Creating(Preparation.IMAGE);
    for (Preparation next : List.of(Preparation.DISKS, Preparation.NETWORK)) {
      state = after(state, new Hop.Prepare());
      assertThat(state).isEqualTo(new InstanceState.Creating(next));
    }
    assertThat(after(state, new Hop.Prepare())).isEqualTo(new InstanceState.Stopped());
  }

  @Test
  void anInterruptedCreateFailsWithTheStepThatWasInterrupted() {
    assertThat(after(new InstanceState.Creating(Preparation.DISKS), new Hop.Abandon("no space")))
        .isEqualTo(new InstanceState.Failed(Preparation.DISKS, "no space"));
  }

  @Test
  void aFailedOrDeletedInstanceCanOnlyBeDeleted() {
    for (InstanceState over :
        List.of(new InstanceState.Failed(Preparation.IMAGE, "gone"), new InstanceState.Deleted())) {
      for (Hop.Kind kind : Hop.Kind.values()) {
        assertThat(InstanceSamples.after(over, InstanceSamples.hop(kind)).isPresent())
            .as("%s: %s", over, kind)
            .isEqualTo(kind == Hop.Kind.DELETE);
      }
    }
  }

  @Test
  void everyInstanceCanBeDeletedAndStaysDeleted() {
    for (InstanceState state : InstanceSamples.states()) {
      assertThat(after(state, new Hop.Delete())).isEqualTo(new InstanceState.Deleted());
    }
  }

  @Test
  void anInstanceWithAMachineNeverLosesTheHandleBeforeItIsPoweredOffOrPutAway() {
    InstanceState paused = after(new InstanceState.Running(InstanceSamples.MACHINE), pause());
    assertThat(paused).isEqualTo(new InstanceState.Paused(InstanceSamples.MACHINE));
    assertThat(after(paused, new Hop.Resume()))
        .isEqualTo(new InstanceState.Running(InstanceSamples.MACHINE));
  }

  @Test
  void aRefusedHopNamesTheStateAndTheHop() {
    var reply = InstanceRules.hop(new InstanceState.Stopped(), pause());
    assertThat(reply)
        .isInstanceOfSatisfying(
            Reply.Refused.class,
            refused -> {
              assertThat(refused.refusal().code()).isEqualTo(RefusalCode.INSTANCE_STATE);
              assertThat(refused.refusal().detail())
                  .isEqualTo("an instance that is stopped cannot pause");
            });
  }

  private static Hop pause() {
    return new Hop.Pause();
  }

  private static InstanceState after(InstanceState from, Hop hop) {
    return InstanceSamples.after(from, hop).orElseThrow();
  }
}
