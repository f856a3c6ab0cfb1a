import { describe, expect, it } from 'vitest';
import { isDangerousGlobal } from './dangerous-globals.js';

describe('isDangerousGlobal', () => {
  it.each([
    ['posix', 'system'],
    ['nt', 'system'],
    ['os', 'popen'],
    ['os.path', 'join'],
    ['subprocess', 'Popen'],
    ['builtins', 'eval'],
    ['__builtin__', 'execfile'],
    ['builtins', '__import__'],
    ['torch.hub', 'load'],
    ['torch', 'load'],
    ['runpy', 'run_path'],
    ['numpy.testing._private.utils', 'runstring'],
    ['importlib', 'import_module'],
    ['operator', 'attrgetter'],
    ['torch.serialization', 'os.system'],
    ['collections', '_sys.modules.os'],
    ['some.package', 'sys'],
    ['some.package', 'Outer.__globals__'],
  ])('%s %s is', (module, name) => {
    expect(isDangerousGlobal(module, name)).toBe(true);
  });

  it.each([
    ['collections', 'OrderedDict'],
    ['torch._utils', '_rebuild_tensor_v2'],
    ['pathlib', 'PosixPath'],
    ['builtins', 'getattr'],
    ['builtins', 'slice'],
    ['functools', 'partial'],
    ['omegaconf.dictconfig', 'DictConfig'],
    ['torch.optim.adam', 'Adam'],
    ['ossification.model', 'Net'],
    ['my.os_model', 'Systems'],
    ['code.models', 'Net'],
    ['signal', 'Signals'],
  ])('%s %s is not', (module, name) => {
    expect(isDangerousGlobal(module, name)).toBe(false);
  });
});
