/** Modules whose mention in a checkpoint has no honest reason: they start programs, load code, or open files and sockets. */
const DANGEROUS_MODULES = new Set(
  `posix nt posixpath ntpath subprocess _posixsubprocess sys shutil socket _socket socketserver ssl pty tty commands popen2 imp pkgutil
  runpy zipimport code codeop _ctypes _cffi_backend webbrowser antigravity httplib urllib2 ftplib telnetlib smtplib smtpd poplib
  imaplib nntplib pexpect sh pickle _pickle cPickle marshal shelve pdb bdb trace profile cProfile timeit doctest pydoc site resource
  linecache mmap fcntl select selectors tempfile glob fileinput winreg _winreg win32api win32process msvcrt _winapi`.split(
    /\s+/,
  ),
);

/** The same for packages, with all their modules. */
const DANGEROUS_PACKAGES = new Set(
  `os importlib ctypes cffi multiprocessing concurrent asyncio http urllib urllib3 requests aiohttp httpx xmlrpc paramiko fabric
  plumbum psutil dill cloudpickle joblib lib2to3 idlelib distutils setuptools pip ensurepip venv sqlite3 win32com IPython jupyter_client
  torch.hub torch.utils.cpp_extension torch.utils._cpp_extension_versioner torch.jit torch.package torch.classes torch.ops
  torch._inductor torch._dynamo torch.distributed.rpc numpy.f2py numpy.distutils numpy.testing numpy.ctypeslib`.split(
    /\s+/,
  ),
);

/** Single functions of modules that are otherwise harmless. `getattr` is not here: pickles of enumerations name it. */
const DANGEROUS_NAMES = new Map<string, ReadonlySet<string>>([
  ...['builtins', '__builtin__', '__builtins__'].map(
    (module) =>
      [
        module,
        new Set(
          `eval exec execfile compile open file __import__ setattr delattr globals locals vars input raw_input breakpoint
          apply reload exit quit help __build_class__ __dict__ __loader__ __spec__`.split(/\s+/),
        ),
      ] as const,
  ),
  ['io', new Set(['open', 'open_code', 'FileIO'])],
  ['_io', new Set(['open', 'open_code', 'FileIO'])],
  ['codecs', new Set(['open'])],
  ['operator', new Set(['attrgetter', 'methodcaller'])],
  ['_operator', new Set(['attrgetter', 'methodcaller'])],
  ['functools', new Set(['reduce'])],
  ['types', new Set(['CodeType', 'FunctionType', 'LambdaType', 'ModuleType', 'MethodType'])],
  ['torch', new Set(['load', 'hub', 'compile', 'classes', 'ops'])],
  ['torch.serialization', new Set(['load', 'add_safe_globals'])],
  ['torch.storage', new Set(['_load_from_bytes'])],
  ['numpy', new Set(['load', 'fromfile', 'memmap', 'loadtxt', 'genfromtxt', 'save'])],
  ['pandas', new Set(['read_pickle', 'eval'])],
  ['yaml', new Set(['load', 'unsafe_load', 'full_load'])],
  ['hydra.utils', new Set(['instantiate', 'call', 'get_method', 'get_class', 'get_object'])],
  ['hydra._internal.utils', new Set(['_locate'])],
]);

/** What a dotted name may not lead through, whatever module it starts from: `torch.serialization` → `os.system`. */
const DANGEROUS_STEPS = new Set(
  'os posix nt subprocess sys shutil ctypes importlib runpy builtins __builtin__ __builtins__ __globals__ __code__ __subclasses__ __import__ __class__ __reduce__ __reduce_ex__ __init__ system popen'.split(
    ' ',
  ),
);

/**
 * Whether a pickle that names `module.name` can only mean harm. The reader would never import or call it; it refuses because
 * whoever opens the file with torch.load would.
 */
export function isDangerousGlobal(module: string, name: string): boolean {
  if (DANGEROUS_MODULES.has(module)) return true;
  const steps = module.split('.', 8);
  for (let count = 1; count <= steps.length; count++) {
    if (DANGEROUS_PACKAGES.has(steps.slice(0, count).join('.'))) return true;
  }
  const names = name.split('.', 8);
  if (DANGEROUS_NAMES.get(module)?.has(names[0]!) === true) return true;
  return names.some((step) => DANGEROUS_STEPS.has(step));
}
