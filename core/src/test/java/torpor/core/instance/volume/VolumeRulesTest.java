package torpor.core.instance.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import torpor.core.instance.InstanceId;
import torpor.core.instance.spec.InstanceName;
import torpor.core.instance.spec.VolumeMount;
import torpor.core.instance.spec.VolumeMount.Mode;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotNumber;

class VolumeRulesTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final VolumeId ID = new VolumeId("01jd00000000000000000000da");
  private static final Volume DATA =
      Volume.asked(ID, new VolumeName("data"), 64 * Volume.MIB, Map.of(), NOON)
          .ready(64 * Volume.MIB);
  private static final String WEB = "web";
  private static final String API = "api";

  private static Attachment attachment(String name, Mode mode, boolean holds) {
    String ulid = "01jd000000000000000000000" + (name.equals(WEB) ? "1" : "2");
    return new Attachment(
        new InstanceId(ulid), new InstanceName(name), new VolumeMount(ID, "/data", mode), holds);
  }

  private static Volume done(Reply<Volume> reply) {
    assertThat(reply).isInstanceOf(Reply.Done.class);
    return ((Reply.Done<Volume>) reply).value();
  }

  private static Refusal refusal(Reply<Volume> reply) {
    assertThat(reply).isInstanceOf(Reply.Refused.class);
    return ((Reply.Refused<Volume>) reply).refusal();
  }

  private static Reply<Volume> hold(Volume volume, Attachment wanted, Attachment... others) {
    return VolumeRules.hold(volume, wanted, Optional.empty(), List.of(others), NOON);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          READ_WRITE, READ_WRITE, false
          READ_WRITE, READ_ONLY,  false
          READ_WRITE, OVERLAY,    false
          READ_ONLY,  READ_WRITE, false
          OVERLAY,    READ_WRITE, false
          READ_ONLY,  READ_ONLY,  true
          READ_ONLY,  OVERLAY,    true
          OVERLAY,    OVERLAY,    true
          """)
  void oneMayWriteOrManyMayRead(Mode there, Mode wanted, boolean allowed) {
    Reply<Volume> reply = hold(DATA, attachment(API, wanted, true), attachment(WEB, there, true));
    if (allowed) {
      assertThat(done(reply)).isEqualTo(DATA);
    } else {
      assertThat(refusal(reply).code()).isEqualTo(RefusalCode.VOLUME_IN_USE);
      assertThat(refusal(reply).detail()).contains("data", "web", "api");
    }
    assertThat(hold(DATA, attachment(API, wanted, true), attachment(WEB, there, false)))
        .as("of one that does not hold it now")
        .isInstanceOf(Reply.Done.class);
  }

  @Test
  void whoHasItMayHaveItAgain() {
    Attachment mine = attachment(WEB, Mode.READ_WRITE, true);
    Volume held = done(hold(DATA, mine));
    assertThat(done(hold(held, mine, mine))).isEqualTo(held);
  }

  @Test
  void goingBackDoesNotTakeOthersWorkAway() {
    Attachment web = attachment(WEB, Mode.READ_WRITE, true);
    Attachment api = attachment(API, Mode.READ_WRITE, true);
    Volume ofWeb = done(hold(DATA, web));
    assertThat(ofWeb.tenure()).contains(new Tenure(web.instance(), NOON));
    Optional<Instant> snapshot = Optional.of(NOON.plus(MINUTE));
    assertThat(VolumeRules.hold(ofWeb, web, snapshot, List.of(), NOON))
        .isEqualTo(Reply.done(ofWeb));

    Instant later = NOON.plus(MINUTE.multipliedBy(2));
    Volume ofApi = done(VolumeRules.hold(ofWeb, api, Optional.empty(), List.of(), later));
    assertThat(refusal(VolumeRules.hold(ofApi, web, snapshot, List.of(), later)).code())
        .isEqualTo(RefusalCode.VOLUME_CHANGED);

    Volume again = done(VolumeRules.hold(ofApi, web, Optional.empty(), List.of(), later));
    assertThat(refusal(VolumeRules.hold(again, web, snapshot, List.of(), later)).code())
        .as("web has it again, and api's work is still in it")
        .isEqualTo(RefusalCode.VOLUME_CHANGED);
  }

  @Test
  void aReaderGoesBackWhateverWasWrittenSince() {
    Attachment reader = attachment(WEB, Mode.READ_ONLY, true);
    Volume written = done(hold(DATA, attachment(API, Mode.READ_WRITE, true)));
    assertThat(VolumeRules.hold(written, reader, Optional.of(NOON), List.of(), NOON))
        .isEqualTo(Reply.done(written));
  }

  @Test
  void aVolumeIsDeletedOnceNobodyHasIt() {
    Attachment stopped = attachment(WEB, Mode.READ_ONLY, false);
    Refusal why = refusal(VolumeRules.delete(DATA, List.of(stopped)));
    assertThat(why.code()).isEqualTo(RefusalCode.VOLUME_IN_USE);
    assertThat(why.detail()).contains("web");
    assertThat(done(VolumeRules.delete(DATA, List.of())).state())
        .isInstanceOf(VolumeState.Deleting.class);
  }

  @Test
  void aVolumeOnlyGrowsAndOnlyWhileNobodyHoldsIt() {
    long more = 128 * Volume.MIB;
    Attachment stopped = attachment(WEB, Mode.READ_WRITE, false);
    Attachment running = attachment(API, Mode.READ_ONLY, true);
    assertThat(done(VolumeRules.resize(DATA, more, List.of(stopped))).state())
        .isEqualTo(new VolumeState.Resizing(more));
    assertThat(done(VolumeRules.resize(DATA, DATA.bytes(), List.of()))).isEqualTo(DATA);
    assertThat(refusal(VolumeRules.resize(DATA, more, List.of(stopped, running))).detail())
        .contains("api");
    assertThat(refusal(VolumeRules.resize(DATA, 32 * Volume.MIB, List.of())).field())
        .contains("size_gb");
  }

  @Test
  void aSnapshotIsTakenOfWhatNobodyWrites() {
    assertThat(
            refusal(VolumeRules.snapshot(DATA, List.of(attachment(WEB, Mode.READ_WRITE, true))))
                .code())
        .isEqualTo(RefusalCode.VOLUME_IN_USE);
    Volume begun = done(VolumeRules.snapshot(DATA, List.of(attachment(WEB, Mode.READ_ONLY, true))));
    Volume taken = VolumeRules.taken(begun, Optional.of("before"), NOON);
    assertThat(taken.state()).isInstanceOf(VolumeState.Ready.class);
    assertThat(taken.snapshots())
        .containsExactly(
            new VolumeSnapshot(SnapshotNumber.FIRST, Optional.of("before"), DATA.bytes(), NOON));
    Volume forgotten = done(VolumeRules.forget(taken, SnapshotNumber.FIRST));
    assertThat(forgotten.snapshots()).isEmpty();
    assertThat(done(VolumeRules.snapshot(forgotten, List.of())).state())
        .as("a number is given once")
        .isEqualTo(new VolumeState.Snapshotting(new SnapshotNumber(2)));
    assertThat(refusal(VolumeRules.forget(forgotten, SnapshotNumber.FIRST)).code())
        .isEqualTo(RefusalCode.SNAPSHOT_NOT_FOUND);
  }

  @Test
  void whatIsBeingChangedIsLeftAlone() {
    Volume busy = DATA.in(new VolumeState.Resizing(128 * Volume.MIB));
    assertThat(
            List.of(
                hold(busy, attachment(WEB, Mode.READ_ONLY, true)),
                VolumeRules.delete(busy, List.of()),
                VolumeRules.resize(busy, 256 * Volume.MIB, List.of()),
                VolumeRules.snapshot(busy, List.of())))
        .allSatisfy(reply -> assertThat(refusal(reply).code()).isEqualTo(RefusalCode.VOLUME_BUSY));
  }
}
