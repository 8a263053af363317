package torpor.runtime.wasm.guest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import run.endive.runtime.InterpreterMachine;
import run.endive.wasm.WasmModule;

class PreparedModulesTest {
  private final PreparedModules modules = new PreparedModules(2);

  private PreparedModule module(String digest) {
    return modules.keep(
        new PreparedModule(digest, WasmModule.builder().build(), InterpreterMachine::new));
  }

  @Test
  void thoseUsedLastStay() {
    module("a");
    module("b");
    assertThat(modules.get("a")).isPresent();

    module("c");

    assertThat(modules.resident()).containsExactlyInAnyOrder("a", "c");
  }

  @Test
  void oneThatAGuestHoldsIsFoundHoweverLongItWasNotUsed() {
    PreparedModule held = module("held");
    module("b");
    module("c");
    assertThat(modules.resident()).doesNotContain("held");

    assertThat(modules.get("held")).containsSame(held);
    assertThat(modules.resident()).contains("held");
  }

  @Test
  void aModuleThatTwoThreadsMadeIsOne() {
    PreparedModule first = module("a");

    assertThat(module("a")).isSameAs(first);
  }
}
