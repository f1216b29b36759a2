"""The configuration of every kernel that runs a tutorial; IPython reads a copy of this file."""

c = get_config()  # noqa: F821

# Packages of the repository, which a notebook must not find; the copy for a kernel says which.
HIDDEN = []

# Folders in which no kernel looks for modules; likewise.
NOT_SEARCHED = []

# How the messages of the warnings begin that may pass; likewise.
TOLERATED = []

_PREPARE = """
def _prepare():
    import ctypes, os, sys, warnings
    # What a cell starts and abandons stays below this kernel, so that it ends with it:
    # PR_SET_CHILD_SUBREAPER.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
    # A kernel sees what a reader's machine has, and nothing of the repository.
    sys.modules.update(dict.fromkeys(HIDDEN))
    sys.path[:] = [folder for folder in sys.path if os.path.realpath(folder) not in NOT_SEARCHED]
    # A warning of a cell would be printed on the page and then in every reader's notebook: it
    # fails the build, unless the cell is to show it. What Python does not print, such as a
    # deprecation within a library, no reader sees.
    scopes, shell = [], get_ipython()
    outputs = shell.kernel.iopub_thread
    unseen = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)

    def before(info):
        # Else it drops those after 1,000 that wait.
        outputs.schedule(lambda: setattr(outputs.socket, "sndhwm", 0))
        scopes.append(warnings.catch_warnings())
        scopes[-1].__enter__()
        if not vars(shell).pop("shows_warnings", False):
            warnings.simplefilter("error")
            for category in unseen:
                warnings.simplefilter("ignore", category)
            warnings.filterwarnings("error", category=DeprecationWarning, module="__main__")
            for message in TOLERATED:
                warnings.filterwarnings("ignore", message)

    def after(result):
        scopes.pop().__exit__(None, None, None)

    shell.events.register("pre_run_cell", before)
    shell.events.register("post_run_cell", after)
    # What runs a notebook silently ignores IPython's own exit().
    shell.user_ns.update(exit=sys.exit, quit=sys.exit)

_prepare()
del _prepare
"""

_LISTS = {"TOLERATED": TOLERATED, "HIDDEN": HIDDEN, "NOT_SEARCHED": NOT_SEARCHED}
for _name, _list in _LISTS.items():
    _PREPARE = _PREPARE.replace(_name, repr(_list))
c.IPKernelApp.exec_lines = [_PREPARE]
c.HistoryManager.enabled = False
c.InteractiveShell.colors = "nocolor"
c.InlineBackend.figure_formats = {"svg", "png"}
c.InlineBackend.print_figure_kwargs = {"bbox_inches": "tight", "metadata": {"Date": None}}
