package torpor.runtime.process.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;

class InstanceMarkTest {
  private static final DataDirectoryMark OWNER = new DataDirectoryMark("d1");
  private static final InstanceMark MARK =
      new InstanceMark(OWNER, new JobId("01kah0000000000000000000a1"), new Generation(3));

  @Test
  void itIsFoundAnywhereInAnEnvironment() {
    assertThat(in("TORPOR_INSTANCE_MARK=" + MARK + "\0A=b\0")).contains(MARK);
    assertThat(in("A=b\0TORPOR_INSTANCE_MARK=" + MARK)).contains(MARK);
  }

  @Test
  void anotherOwnersIsNone() {
    assertThat(in("TORPOR_INSTANCE_MARK=d" + MARK + "\0")).isEmpty();
  }

  @Test
  void aVariableThatOnlyEndsLikeItOrMentionsItIsNone() {
    assertThat(in("MY_TORPOR_INSTANCE_MARK=" + MARK + "\0")).isEmpty();
    assertThat(in("A=TORPOR_INSTANCE_MARK=" + MARK + "\0")).isEmpty();
  }

  @Test
  void whatIsNotMadeByUsIsNone() {
    assertThat(in("")).isEmpty();
    assertThat(in("TORPOR_INSTANCE_MARK=d1/nobody/1\0")).isEmpty();
    assertThat(in("TORPOR_INSTANCE_MARK=d1/01kah0000000000000000000a1/\0")).isEmpty();
  }

  @Test
  void anOwnerMarkHasNoSeparator() {
    assertThatThrownBy(() -> new DataDirectoryMark("a/b")).hasMessageContaining("a/b");
  }

  private static Optional<InstanceMark> in(String environment) {
    return InstanceMark.in(environment.getBytes(StandardCharsets.UTF_8), OWNER);
  }
}
