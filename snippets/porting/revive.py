# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""Find what fails in old JAX and Haiku code: names, arguments, and what comes next.

This one file needs Python only. `python revive.py PATH...` reads `.py` files, notebooks
and folders; `--diff` shows the pure renames, `--fix` makes them.
"""

import argparse
import ast
import collections
import difflib
import functools
import importlib
import inspect
import io
import json
import os
import re
import sys
import tokenize
import types
import warnings  # noqa: TID251 - of those that reading old files gives
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

# What to write instead: after "=" a name that takes the place of the old one, so that
# `--fix` can write it; after ":" advice. The line with ";" above says why. A name below
# one of these, as of a module, counts too; `import.x` is an import of the module x.
INSTEAD = """
; the functions on trees moved to jax.tree
jax.tree_map = jax.tree.map
jax.tree_leaves = jax.tree.leaves
jax.tree_structure = jax.tree.structure
jax.tree_flatten = jax.tree.flatten
jax.tree_unflatten = jax.tree.unflatten
jax.tree_transpose = jax.tree.transpose
jax.tree_reduce = jax.tree.reduce
; it takes any number of trees
jax.tree_multimap = jax.tree.map
jax.tree_util.tree_multimap = jax.tree.map
; it moved
jax.treedef_is_leaf = jax.tree_util.treedef_is_leaf
jax.experimental.pjit.with_sharding_constraint = jax.lax.with_sharding_constraint
jax.experimental.with_sharding_constraint = jax.lax.with_sharding_constraint
jax.abstract_arrays.ShapedArray = jax.core.ShapedArray
jax.ShapedArray = jax.core.ShapedArray
jax.lib.xla_bridge.get_backend = jax.extend.backend.get_backend
jax.random.threefry_2x32 = jax.extend.random.threefry_2x32
jax.clear_backends = jax.extend.backend.clear_backends
jax.lax_linalg : jax.lax.linalg
jax.xla : jax.interpreters.xla
numpy.AxisError = numpy.exceptions.AxisError
numpy.ComplexWarning = numpy.exceptions.ComplexWarning
numpy.VisibleDeprecationWarning = numpy.exceptions.VisibleDeprecationWarning
numpy.RankWarning = numpy.exceptions.RankWarning
numpy.TooHardError = numpy.exceptions.TooHardError
numpy.ModuleDeprecationWarning = numpy.exceptions.ModuleDeprecationWarning
numpy.DataSource = numpy.lib.npyio.DataSource
numpy.byte_bounds = numpy.lib.array_utils.byte_bounds
; it was renamed
jax.tree_util.build_tree = jax.tree.unflatten
jax.sharding.AxisTypes = jax.sharding.AxisType
jax.experimental.pjit.pjit(in_axis_resources) = in_shardings
jax.experimental.pjit.pjit(out_axis_resources) = out_shardings
jax.jit(in_axis_resources) = in_shardings
jax.jit(out_axis_resources) = out_shardings
jax.array_ref = jax.new_ref
jax.ArrayRef = jax.Ref
jax.lax.pvary : jax.lax.pcast(x, names, to="varying")
jax.lax.prod = jax.lax.reduce_prod
jax.nn.normalize = jax.nn.standardize
jax.numpy.clip(a) = arr
jax.profiler.StepTraceContext = jax.profiler.StepTraceAnnotation
jax.profiler.TraceContext = jax.profiler.TraceAnnotation
jax.profiler.trace_function = jax.profiler.annotate_function
haiku.MultiHeadAttention(query_size) = key_size
optax.additive_weight_decay = optax.add_decayed_weights
optax.AdditiveWeightDecayState : optax.EmptyState
optax.maybe_update = optax.conditionally_transform
optax.MaybeUpdateState = optax.ConditionallyTransformState
optax.InitUpdate = optax.GradientTransformation
chex.assert_tree_all_close = chex.assert_trees_all_close
chex.assert_tree_all_equal_comparator = chex.assert_trees_all_equal_comparator
chex.assert_tree_all_equal_shapes = chex.assert_trees_all_equal_shapes
chex.assert_tree_all_equal_structs = chex.assert_trees_all_equal_structs
numpy.trapz = numpy.trapezoid
numpy.issubsctype = numpy.issubdtype
; it was removed; only JAX arrays have .at, so wrap a NumPy array in jnp.asarray
jax.ops.index_update : x.at[i].set(y)
jax.ops.index_add : x.at[i].add(y)
jax.ops.index_mul : x.at[i].multiply(y)
jax.ops.index_min : x.at[i].min(y)
jax.ops.index_max : x.at[i].max(y)
jax.ops.index : the index itself, inside .at[...]
; all arrays of JAX have one type
jax.numpy.DeviceArray = jax.Array
jax.interpreters.xla.DeviceArray = jax.Array
jax.interpreters.xla._DeviceArray = jax.Array
jax.interpreters.pxla.ShardedDeviceArray = jax.Array
jax.random.KeyArray = jax.Array
jax.random.PRNGKeyArray = jax.Array
jax.experimental.array : jax.Array
jax.experimental.global_device_array : jax.Array
jax.xla.DeviceArray = jax.Array
; it became a package of its own
jax.experimental.optix = optax
; optax does not have the older name of the type
jax.experimental.optix.InitUpdate = optax.GradientTransformation
jax.experimental.optix.InitFn = optax.TransformInitFn
jax.experimental.optix.UpdateFn = optax.TransformUpdateFn
; it moved; what people use today is Optax
jax.experimental.optimizers = jax.example_libraries.optimizers
jax.experimental.optimizers.pack : jax.flatten_util.ravel_pytree
; it moved, as an example
jax.experimental.stax = jax.example_libraries.stax
; the module was removed
jax.experimental.host_callback : jax.debug.callback, or jax.pure_callback for its value
jax.experimental.loops : jax.lax.scan, jax.lax.while_loop or jax.lax.cond
jax.experimental.maps : jax.shard_map, or jax.vmap with axis_name
jax.experimental.maps.thread_resources : the mesh itself, passed where it is needed
jax.experimental.sharding : jax.sharding
jax.abstract_arrays : jax.core.ShapedArray
; the class moved
jax.experimental.maps.Mesh = jax.sharding.Mesh
jax.experimental.PartitionSpec = jax.sharding.PartitionSpec
jax.experimental.pjit.PartitionSpec = jax.sharding.PartitionSpec
; a mesh is made from an array of devices
jax.experimental.maps.mesh : jax.sharding.Mesh(numpy.array(devices), names)
; the class was renamed and moved
jax.experimental.sharding.MeshPspecSharding = jax.sharding.NamedSharding
; the class was renamed
jax.sharding.MeshPspecSharding = jax.sharding.NamedSharding
; it was removed
jax.sharding.PositionalSharding : jax.sharding.NamedSharding, with a mesh
jax.sharding.PmapSharding : jax.sharding.NamedSharding, with a mesh
jax.soft_pmap : jax.vmap with a sharding
jax.shapecheck : jax.eval_shape
jax.custom_ivjp : jax.custom_vjp
jax.checkpoint(concrete) : nothing: delete it
jax.remat(concrete) : nothing: delete it
numpy.msort : numpy.sort with axis=0
numpy.asfarray : numpy.asarray with a dtype of floats
numpy.find_common_type : numpy.promote_types or numpy.result_type
numpy.cast : numpy.asarray(x, dtype)
numpy.source : inspect.getsource
numpy.issctype : issubclass(x, numpy.generic)
numpy.obj2sctype : numpy.dtype(x).type
numpy.sctype2char : numpy.dtype(x).char
numpy.maximum_sctype : a dtype by name
numpy.asscalar : x.item()
numpy.rank : numpy.ndim
; it was renamed, and sets the mesh for more than one block
jax.sharding.use_mesh : jax.set_mesh
; one context manager switches 64 bits on and off
jax.experimental.disable_x64 : jax.enable_x64(False)
; it moved to jax, and does nothing without its argument
jax.experimental.enable_x64 : jax.enable_x64(True)
; omnistaging is always on
jax.config.enable_omnistaging : nothing: delete the line
jax.config.disable_omnistaging : nothing: delete the line
; jax.config is an object, no longer a module
jax.config.config = jax.config
import.jax.config = jax.config
; parts of JAX that were half private are in jax.extend, or were removed
jax.core.ClosedJaxpr = jax.extend.core.ClosedJaxpr
jax.core.Jaxpr = jax.extend.core.Jaxpr
jax.core.JaxprEqn = jax.extend.core.JaxprEqn
jax.core.Literal = jax.extend.core.Literal
jax.core.Primitive = jax.extend.core.Primitive
jax.core.Var = jax.extend.core.Var
jax.core.jaxpr_as_fun = jax.extend.core.jaxpr_as_fun
jax.core.concrete_or_error = jax.extend.core.concrete_or_error
jax.linear_util = jax.extend.linear_util
jax.linear_util.Store : a function of your own
jax.linear_util.fun_name : a function of your own
jax.linear_util.hashable_partial : a function of your own
jax.linear_util.thunk : a function of your own
jax.linear_util.curry : a function of your own
jax.linear_util.annotate : a function of your own
jax.linear_util.EmptyStoreValue : a function of your own
jax.linear_util.traceback_util : a function of your own
jax.util : a function of your own
jax.api.flatten_fun : a function of your own
jax.api.flatten_fun_nokwargs2 : a function of your own
jax.api.apply_flat_fun : a function of your own
jax.api.argnums_partial_except : a function of your own
jax.api.extend_name_stack : a function of your own
jax.api.wrap_name : a function of your own
jax.api.flatten_axes : a function of your own
jax.api.donation_vector : a function of your own
jax.api.rebase_donate_argnums : a function of your own
jax.api.raise_to_shaped : a function of your own
jax.api.HashableFunction : a function of your own
jax.api.xb : jax.extend.backend
jax.lib.xla_bridge : jax.extend.backend
jax.lib.xla_client : jax.Device for the class Device
; it was an alias for annotations
jax.core.Shape : tuple[int, ...]
; it says shape and dtype of any value
jax.core.get_aval = jax.typeof
; traced values have no concrete type
jax.core.ConcreteArray : jax.Array for annotations
; axes have no names in shapes
jax.core.NamedShape : the shape itself
; it is a name of jax itself
jax.lib.xla_bridge.device_count = jax.device_count
jax.lib.xla_bridge.local_device_count = jax.local_device_count
jax.lib.xla_client.Device = jax.Device
jax.xla.Device = jax.Device
jax.interpreters.xla.Device = jax.Device
; its functions are those of jax itself
jax.api = jax
jaxlib.xla_extension.DeviceArray = jax.Array
jaxlib.xla_extension.Device = jax.Device
jaxlib.xla_extension : names of jax itself
; independent=True shuffles each column by itself, as shuffle did
jax.random.shuffle : jax.random.permutation(key, x, axis, independent=True)
; the kind of key is an argument
jax.random.threefry2x32_key : jax.random.key(seed, impl="threefry2x32")
jax.random.rbg_key : jax.random.key(seed, impl="rbg")
jax.random.unsafe_rbg_key : jax.random.key(seed, impl="unsafe_rbg")
; it was Python's own
jax.partial = functools.partial
jax.tree_util.partial = functools.partial
jax.lax.partial = functools.partial
jax.util.partial = functools.partial
jax.api.reduce = functools.reduce
numpy.int : int
numpy.float : float
numpy.complex : complex
numpy.object : object
numpy.str : str
numpy.issubclass_ : issubclass
numpy.safe_eval : ast.literal_eval
; it was a helper of JAX's own code, and Python has one that does nearly the same
jax.util.prod = math.prod
jax.api.prod = math.prod
jax.util.partialmethod : functools.partialmethod
jax.util.wraps : functools.wraps
jax.util.cache : functools.lru_cache
jax.util.memoize : functools.lru_cache
jax.util.safe_zip : list(zip(..., strict=True))
jax.util.safe_map : list(map(...)), after a look at the lengths
jax.util.unzip2 : zip(*pairs)
jax.util.unzip3 : zip(*triples)
jax.api.wraps : functools.wraps
jax.api.safe_zip : list(zip(..., strict=True))
jax.api.safe_map : list(map(...)), after a look at the lengths
jax.api.unzip2 : zip(*pairs)
; jax.api only imported it
jax.api.eval_jaxpr = jax.core.eval_jaxpr
jax.api.Partial = jax.tree_util.Partial
jax.api.ad = jax.interpreters.ad
jax.api.batching = jax.interpreters.batching
jax.api.pe = jax.interpreters.partial_eval
jax.api.xla = jax.interpreters.xla
jax.api.pxla = jax.interpreters.pxla
; shapes are static; mask by hand
jax.mask : jax.numpy.where
; it was removed; recomputing also saves memory
jax.invertible : jax.checkpoint
; lowering has an interface now
jax.xla_computation : jax.jit(f).lower(...)
; it was replaced
jax.custom_transforms : jax.custom_jvp
; rules are attributes of jax.custom_jvp
jax.defjvp : jax.custom_jvp
jax.defjvp_all : jax.custom_jvp
; rules are attributes of jax.custom_vjp
jax.defvjp : jax.custom_vjp
jax.defvjp_all : jax.custom_vjp
; JAX orders operations by itself
jax.lax.tie_in : its second argument
; it is the same
jax.lax.zeros_like_array = jax.numpy.zeros_like
; it was removed; this stacks one row for each device along a new axis
jax.device_put_replicated : jax.device_put(jnp.stack(n * [x]), sharding)
jax.device_put_sharded : jax.device_put(jnp.stack(xs), sharding)
; its functions are those of jax.nn
jax.nn.functions : jax.nn
; NumPy renamed or removed this name, and so did jax.numpy
jax.numpy.row_stack = jax.numpy.vstack
jax.numpy.msort : jax.numpy.sort with axis=0
jax.numpy.alltrue = jax.numpy.all
jax.numpy.sometrue = jax.numpy.any
jax.numpy.product = jax.numpy.prod
jax.numpy.cumproduct = jax.numpy.cumprod
jax.numpy.trapz = jax.numpy.trapezoid
jax.numpy.round_ = jax.numpy.round
jax.numpy.NINF : -jax.numpy.inf
jax.numpy.PZERO : 0.0
jax.numpy.NZERO : -0.0
jax.numpy.fix = jax.numpy.trunc
jax.numpy.issubsctype = jax.numpy.issubdtype
; isin keeps the shape of x, and in1d returned one axis
jax.numpy.in1d : jax.numpy.isin(x, y).ravel()
numpy.in1d : numpy.isin(x, y).ravel()
; its functions are those of jax.numpy
jax.numpy.lax_numpy : jax.numpy
; it was the module of NumPy, imported there
jax.numpy.onp = numpy
; the function that takes any reduction is public
jax.lax._reduce_window_sum : jax.lax.reduce_window(x, 0.0, jax.lax.add, ...)
jax.lax._reduce_window_max : jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, ...)
jax.lax._reduce_window_min : jax.lax.reduce_window(x, jnp.inf, jax.lax.min, ...)
; NumPy renamed it
jax.numpy.reshape(newshape) = shape
jax.numpy.quantile(interpolation) = method
jax.numpy.nanquantile(interpolation) = method
jax.numpy.percentile(interpolation) = method
jax.numpy.nanpercentile(interpolation) = method
; the array API standard names it so
jax.numpy.clip(a_min) = min
jax.numpy.clip(a_max) = max
; Colab's TPUs need no set-up
jax.tools.colab_tpu : nothing: delete the lines
; JAX's own tests are private
jax.test_util.JaxTestCase : absl.testing.parameterized.TestCase, or pytest
jax.test_util.JaxTestLoader : absl.testing.absltest.TestLoader, or pytest
jax.test_util.parameterized = absl.testing.parameterized
jax.test_util.absltest = absl.testing.absltest
jax.test_util.cases_from_list : the list itself, or pytest.mark.parametrize
jax.test_util.check_eq : numpy.testing.assert_array_equal
jax.test_util.check_close : numpy.testing.assert_allclose
jax.test_util.device_under_test : jax.default_backend
; it was part of JAX's own tests
jax.lax_reference : NumPy
; arrays know the protocol
jax.dlpack.to_dlpack : the array itself, for torch.from_dlpack and others
; compile init and apply instead
haiku.jit : jax.jit, outside of hk.transform
; dropout is a function: hk.dropout(key, rate, x)
haiku.Dropout : haiku.dropout
; init returns dictionaries; what to_immutable_dict freezes is read-only
haiku.FlatMap : collections.abc.Mapping
haiku.data_structures.FlatMap : collections.abc.Mapping
; it left haiku.experimental
haiku.experimental.named_call = jax.named_call
; names are in profiles always
haiku.experimental.profiler_name_scopes : nothing: delete it
; NumPy 2 removed the alias
numpy.product = numpy.prod
numpy.cumproduct = numpy.cumprod
numpy.alltrue = numpy.all
numpy.sometrue = numpy.any
numpy.round_ = numpy.round
numpy.float_ = numpy.float64
numpy.complex_ = numpy.complex128
numpy.unicode_ = numpy.str_
numpy.string_ = numpy.bytes_
numpy.singlecomplex = numpy.complex64
numpy.cfloat = numpy.complex128
numpy.longfloat = numpy.longdouble
numpy.clongfloat = numpy.clongdouble
numpy.longcomplex = numpy.clongdouble
numpy.Inf = numpy.inf
numpy.Infinity = numpy.inf
numpy.infty = numpy.inf
numpy.NaN = numpy.nan
numpy.PINF = numpy.inf
numpy.mat = numpy.asmatrix
; it was an alias
numpy.row_stack = numpy.vstack
; NumPy 2 removed it
numpy.NINF : -numpy.inf
numpy.PZERO : 0.0
numpy.NZERO : -0.0
; it was for Python 2
numpy.compat : nothing: Python has it
"""
# What works, and has a newer form.
OLDER = """
; the short name is the current one
jax.tree_util.tree_map : jax.tree.map
jax.tree_util.tree_leaves : jax.tree.leaves
; a typed key is not mistaken for data
jax.random.PRNGKey : jax.random.key
; one compiled function works for one device or many
jax.pmap : jax.jit with a sharding, or jax.shard_map
; it was renamed, and warns
jax.host_count : jax.process_count
jax.host_id : jax.process_index
"""
# What was removed: a module, the last release that had the names, the names; "*" is
# the module itself. tests/history/removed_names.py writes these lines.
REMOVED = """
chex 0.1.2 CpuDevice GpuDevice TpuDevice
chex 0.1.82 assert_tree_all_close assert_tree_all_equal_comparator
chex 0.1.82 assert_tree_all_equal_shapes assert_tree_all_equal_structs
haiku 0.0.3 MultiHeadAttention(query_size)
haiku 0.0.6 jit
haiku.experimental 0.0.9 named_call profiler_name_scopes
import.jax 0.4.28 config
jax 0.1.62 jarrett lift_linearized
jax 0.1.66 CustomTransformsFunction FLAGS
jax 0.2.3 third_party
jax 0.2.5 traceback_util
jax 0.2.6 lax_linalg pprint_util source_info_util
jax 0.2.10 lazy
jax 0.2.11 custom_transforms defjvp defjvp_all defvjp defvjp_all
jax 0.2.12 argnums_partial lax_reference
jax 0.2.13 ad_util
jax 0.2.20 api partial
jax 0.3.2 Compiled Lowered
jax 0.3.5 custom_ivjp invertible
jax 0.3.15 mask shapecheck tree_multimap
jax 0.3.17 soft_pmap
jax 0.4.3 jit(in_axis_resources) jit(out_axis_resources)
jax 0.4.13 ShapedArray curry flatten_fun_nokwargs
jax 0.4.14 jaxpr_util
jax 0.4.16 abstract_arrays
jax 0.4.23 linear_util prng
jax 0.4.25 enable_key_reuse_checks
jax 0.4.33 xla_computation
jax 0.4.35 clear_backends
jax 0.5.2 get_ty
jax 0.5.3 tree_flatten tree_leaves tree_map tree_structure tree_transpose tree_unflatten
jax 0.5.3 treedef_is_leaf
jax 0.6.0 spmd_mode
jax 0.7.2 util
jax 0.8.3 ArrayRef array_ref
jax 0.9.0.1 jaxlib_extension_version
jax 0.9.2 custom_transpose device_put_replicated device_put_sharded
jax 0.9.2 enable_custom_vjp_by_custom_transpose
jax 0.10.2 checkpoint(concrete) cloud_tpu_init remat(concrete)
jax 0.11.2 custom_remat
jax.abstract_arrays 0.4.15 ShapedArray
jax.config 0.2.11 Unset lib
jax.config 0.2.12 Config FLAGS NameSpace already_configured_with_absl bool_env
jax.config 0.2.12 check_tracer_leaks checking_leaks debug_infs debug_nans
jax.config 0.2.12 default_matmul_precision disable_jit enable_checks enable_x64 flags
jax.config 0.2.12 int_env log_compiles numpy_rank_promotion unset
jax.config 0.4.24 config
jax.config 0.4.28 deprecations
jax.core 0.4.28 Shape
jax.core 0.4.30 NamedShape
jax.core 0.4.35 ConcreteArray
jax.core 0.5.3 ClosedJaxpr Jaxpr JaxprEqn Literal Primitive Var jaxpr_as_fun
jax.core 0.9.2 get_aval
jax.core 0.10.2 concrete_or_error
jax.dlpack 0.6.2 to_dlpack
jax.dlpack 0.7.2 SUPPORTED_DTYPES
jax.errors 0.7.2 SimplifiedTraceback
jax.experimental 0.1.70 jax_to_tf
jax.experimental 0.2.5 vectorize
jax.experimental 0.2.6 general_map optix
jax.experimental 0.2.12 doubledouble
jax.experimental 0.2.14 sparse_ops
jax.experimental 0.3.1 ann
jax.experimental 0.3.5 djax
jax.experimental 0.3.15 loops optimizers sharded_jit stax with_sharding_constraint
jax.experimental 0.3.18 array sharding
jax.experimental 0.4.1 callback
jax.experimental 0.4.6 global_device_array
jax.experimental 0.4.10 PartitionSpec gda_serialization
jax.experimental 0.4.30 maps
jax.experimental 0.4.35 export
jax.experimental 0.4.38 array_api
jax.experimental 0.6.2 attrs shard
jax.experimental 0.7.2 host_callback
jax.experimental 0.8.1 saved_input_vjp si_vjp
jax.experimental 0.8.3 MutableArray disable_x64 enable_x64 mutable_array
jax.experimental 0.9.2 custom_dce x64_context
jax.experimental 0.11.0 control_deps cur_qdd
jax.experimental 0.11.1 shard_alike
jax.experimental.maps 0.3.7 mesh
jax.experimental.maps 0.4.10 Mesh
jax.experimental.maps 0.4.30 thread_resources
jax.experimental.optimizers 0.1.68 pack
jax.experimental.optix 0.2.6 InitFn InitUpdate UpdateFn
jax.experimental.pjit 0.4.10 PartitionSpec
jax.experimental.pjit 0.4.13 pjit(in_axis_resources) pjit(out_axis_resources)
jax.experimental.pjit 0.4.23 with_sharding_constraint
jax.experimental.sharding 0.3.18 MeshPspecSharding
jax.flatten_util 0.1.70 ravel_fun ravel_list
jax.flatten_util 0.2.20 dtypes safe_zip unzip2 zip
jax.image 0.2.3 scale
jax.interpreters.pxla 0.4.13 ShardedDeviceArray
jax.interpreters.xla 0.4.10 Device DeviceArray
jax.lax 0.1.55 binop binop_dtype_rule broadcasted_eye eye standard_binop
jax.lax 0.1.55 standard_reduction_primitive subvals
jax.lax 0.1.61 safe_mul_p
jax.lax 0.1.62 FixedPointError root_p
jax.lax 0.1.66 FLAGS Shape ShapedArray ad ad_util batching betainc_grad_not_implemented
jax.lax 0.1.66 betainc_gradx cond_bind fft_abstract_eval fft_batching_rule fft_impl
jax.lax 0.1.66 fft_translation_rule fft_transpose_rule gamma_grad_not_implemented
jax.lax 0.1.66 igamma_gradx igammac_gradx masking parallel pe pxla ranges_like remaining
jax.lax 0.1.66 sort_shape t typecheck typematch xla xops
jax.lax 0.1.67 sort_key_val_p
jax.lax 0.1.73 standard_pmap_primitive
jax.lax 0.2.3 lax_fft
jax.lax 0.2.5 lax lax_control_flow lax_parallel lu
jax.lax 0.2.11 tie_in_p
jax.lax 0.2.17 broadcast_p
jax.lax 0.2.20 partial
jax.lax 0.2.22 standard_translate
jax.lax 0.2.28 select_p
jax.lax 0.3.21 make_bint
jax.lax 0.4.14 prod
jax.lax 0.4.23 dtypes itertools naryop naryop_dtype_rule standard_abstract_eval
jax.lax 0.4.23 standard_naryop standard_primitive standard_unop unop unop_dtype_rule
jax.lax 0.4.28 tie_in
jax.lax 0.4.30 pdot xeinsum
jax.lax 0.4.34 DotAlgorithmLike DotTransposeAlgorithmLike
jax.lax 0.4.35 scan_bind
jax.lax 0.5.3 random_gamma_grad_p
jax.lax 0.6.2 infeed infeed_p outfeed outfeed_p
jax.lax 0.8.1 all_gather_invariant all_gather_reduced preduced unreduced_psum
jax.lax 0.8.1 unreduced_psum_scatter
jax.lax 0.8.3 zeros_like_array
jax.lax 0.9.2 all_gather_done all_gather_start pvary
jax.lax 0.11.0 dce_sink_p
jax.lib 0.8.3 xla_bridge xla_client
jax.lib.xla_bridge 0.4.2 device_count local_device_count
jax.lib.xla_bridge 0.7.2 get_backend
jax.lib.xla_client 0.4.38 Device
jax.linear_util 0.1.55 thunk
jax.linear_util 0.4.1 EmptyStoreValue Store annotate curry fun_name hashable_partial
jax.linear_util 0.4.1 traceback_util
jax.nn 0.2.5 functions
jax.nn 0.4.28 normalize
jax.numpy 0.1.58 removechars
jax.numpy 0.1.66 FLAGS func globals update_numpydoc
jax.numpy 0.2.3 polynomial
jax.numpy 0.2.9 function
jax.numpy 0.2.12 numpy_version
jax.numpy 0.2.18 operator_name
jax.numpy 0.3.4 lax_numpy
jax.numpy 0.4.2 xla_extension_version
jax.numpy 0.4.8 msort
jax.numpy 0.4.13 DeviceArray
jax.numpy 0.4.15 alltrue cumproduct product sometrue
jax.numpy 0.4.23 NINF NZERO PZERO in1d issubsctype row_stack trapz
jax.numpy 0.4.37 round_
jax.numpy 0.5.3 reshape(newshape)
jax.numpy 0.8.3 nanpercentile(interpolation) nanquantile(interpolation)
jax.numpy 0.8.3 percentile(interpolation) quantile(interpolation)
jax.numpy 0.9.2 clip(a) clip(a_max) clip(a_min) fix
jax.numpy.fft 0.1.72 func
jax.numpy.fft 0.2.3 globals name
jax.numpy.linalg 0.1.72 func
jax.numpy.linalg 0.2.3 globals name
jax.numpy.vectorize 0.2.3 CoreDims vectorize
jax.ops 0.2.3 scatter
jax.ops 0.3.1 index index_add index_max index_min index_mul index_update
jax.profiler 0.3.14 StepTraceContext TraceContext trace_function
jax.random 0.2.6 apply_round asarray batching rolled_loop_step rotate_left rotate_list
jax.random 0.2.6 xla
jax.random 0.4.23 KeyArray PRNGKeyArray default_prng_impl rbg_key threefry2x32_key
jax.random 0.4.23 threefry2x32_p threefry_2x32 unsafe_rbg_key
jax.random 0.4.30 shuffle
jax.ref 0.8.3 ArrayRef array_ref
jax.scipy.linalg 0.1.77 ell_table_61 expm_frechet_algo_64
jax.scipy.linalg 0.4.2 polar_unitary
jax.scipy.linalg 0.4.23 tril triu
jax.scipy.special 0.9.2 sph_harm
jax.sharding 0.4.7 MeshPspecSharding
jax.sharding 0.4.11 OpShardingSharding
jax.sharding 0.4.33 XLACompatibleSharding
jax.sharding 0.5.2 AxisTypes
jax.sharding 0.6.2 GSPMDSharding PositionalSharding
jax.sharding 0.7.0 use_mesh
jax.sharding 0.9.2 PmapSharding
jax.stages 0.4.27 Specialized
jax.stages 0.6.2 OutInfo
jax.tools 0.9.1 colab_tpu
jax.tree_util 0.2.11 no_initializer partial safe_zip traceback_util unzip2
jax.tree_util 0.3.15 tree_multimap
jax.tree_util 0.4.23 AttributeKeyPathEntry GetitemKeyPathEntry register_keypaths
jax.tree_util 0.6.2 build_tree
jax.tree_util 0.7.2 deprecation_getattr
numpy 1.18.5 absolute_import division int_asbuffer print_function
numpy 1.19.5 fv ipmt irr mirr nper npv pmt ppmt pv rate sctypeNA typeNA
numpy 1.21.6 Bytes0 Datetime64 Str0 Uint64 loads mafromtxt ndfromtxt
numpy 1.22.4 alen asscalar
numpy 1.23.5 MachAr complex float int object str typeDict unicode
numpy 1.24.4 AxisError ComplexWarning ModuleDeprecationWarning Tester TooHardError
numpy 1.24.4 VisibleDeprecationWarning use_hugepage
numpy 1.26.4 ALLOW_THREADS BUFSIZE CLIP DataSource ERR_CALL ERR_DEFAULT ERR_IGNORE
numpy 1.26.4 ERR_LOG ERR_PRINT ERR_RAISE ERR_WARN FLOATING_POINT_SUPPORT
numpy 1.26.4 FPE_DIVIDEBYZERO FPE_INVALID FPE_OVERFLOW FPE_UNDERFLOW Inf Infinity
numpy 1.26.4 MAXDIMS MAY_SHARE_BOUNDS MAY_SHARE_EXACT NAN NINF NZERO NaN PINF PZERO
numpy 1.26.4 RAISE RankWarning SHIFT_DIVIDEBYZERO SHIFT_INVALID SHIFT_OVERFLOW
numpy 1.26.4 SHIFT_UNDERFLOW UFUNC_BUFSIZE_DEFAULT UFUNC_PYVALS_NAME WRAP add_docstring
numpy 1.26.4 add_newdoc add_newdoc_ufunc alltrue asfarray bool8 byte_bounds bytes0 cast
numpy 1.26.4 cfloat chararray clongfloat compare_chararrays compat complex_ cumproduct
numpy 1.26.4 deprecate deprecate_with_doc disp fastCopyAndTranspose find_common_type
numpy 1.26.4 float_ format_parser get_array_wrap geterrobj infty int0 issctype
numpy 1.26.4 issubclass_ issubsctype kernel_version longcomplex longfloat lookfor mat
numpy 1.26.4 maximum_sctype msort nbytes numarray obj2sctype object0 oldnumeric product
numpy 1.26.4 recfromcsv recfromtxt round_ safe_eval sctype2char sctypes set_numeric_ops
numpy 1.26.4 set_string_function seterrobj singlecomplex sometrue source str0 string_
numpy 1.26.4 tracemalloc_domain uint0 unicode_ void0 who
numpy 2.3.5 in1d trapz
numpy 2.4.1 row_stack
numpy.fft 1.18.5 absolute_import division print_function
numpy.fft 2.3.5 helper
numpy.linalg 1.18.5 absolute_import division print_function
numpy.linalg 2.3.5 linalg
numpy.random 1.18.5 absolute_import division print_function
optax 0.0.9 FactoredParameterStats
optax 0.1.4 ScaleByFromageState
optax 0.1.7 AdditiveWeightDecayState additive_weight_decay control_delta_method
optax 0.1.7 control_variates_jacobians fisher_diag hessian_diag hvp
optax 0.1.7 measure_valued_jacobians moving_avg_baseline pathwise_jacobians
optax 0.1.7 score_function_jacobians
optax 0.2.4 MaybeUpdateState maybe_update
optax 0.2.6 monte_carlo
optax.contrib 0.2.1 complex_valued mechanic privacy
optax.experimental 0.1.7 GradientTransformationWithExtraArgs SplitRealAndImaginaryState
optax.experimental 0.1.7 named_chain split_real_and_imaginary
optax.schedules 0.2.7 inject
"""
# The same for what few people use: internals, experiments, arguments.
RARE = """
chex 0.0.8 dataclass(restricted_inheritance) mappable_dataclass(restricted_inheritance)
chex 0.1.0 assert_exactly_one_is_none(x) assert_exactly_one_is_none(y)
chex 0.1.0 assert_not_both_none(x) assert_not_both_none(y)
chex 0.1.4 assert_trees_all_close(ignore_nones) assert_trees_all_equal(ignore_nones)
chex 0.1.82 assert_tree_has_only_ndarrays(ignore_nones)
chex 0.1.82 assert_tree_is_on_device(ignore_nones) assert_tree_is_on_host(ignore_nones)
chex 0.1.82 assert_tree_is_sharded(ignore_nones) assert_tree_shape_prefix(ignore_nones)
chex 0.1.82 assert_tree_shape_suffix(ignore_nones)
chex 0.1.82 assert_trees_all_equal_comparator(ignore_nones)
chex 0.1.82 assert_trees_all_equal_dtypes(ignore_nones)
chex 0.1.82 assert_trees_all_equal_shapes(ignore_nones)
chex 0.1.82 assert_trees_all_equal_shapes_and_dtypes(ignore_nones)
chex 0.1.82 assert_trees_all_equal_sizes(ignore_nones)
haiku 0.0.2 cond(false_operand) cond(true_operand)
haiku 0.0.9 switch(operand)
haiku.config 0.0.9 context(profiler_name_scopes) set(profiler_name_scopes)
import.jax.numpy 0.2.3 vectorize
import.optax.contrib 0.2.1 cocob dadapt_adamw prodigy reduce_on_plateau sam
jax 0.3.17 ShapeDtypeStruct(named_shape)
jax 0.5.2 make_mesh(auto_axes) make_mesh(explicit_axes) make_mesh(manual_axes)
jax 0.5.3 jit(fun)
jax 0.8.0 jit(abstracted_axes)
jax 0.8.1 make_jaxpr(abstracted_axes)
jax 0.9.2 pmap(global_arg_shapes)
jax 0.11.0 make_mesh(axis_shapes)
jax.ad_checkpoint 0.9.2 checkpoint remat
jax.api_util 0.2.4 get_doc get_module get_name wraps
jax.api_util 0.2.20 Hashable WrapHashably WrapKwArgs api_hook apply_flat_fun
jax.api_util 0.2.20 apply_flat_fun_nokwargs argnames_partial argnames_partial_except
jax.api_util 0.2.20 argnums_partial_except dtypes flatten_fun_nokwargs2
jax.api_util 0.2.20 flattened_fun_in_tree map traceback_util wrap_hashably
jax.api_util 0.4.26 donation_vector(args) donation_vector(kwargs)
jax.core 0.1.58 eval_jaxpr(freevar_vals)
jax.core 0.1.64 concretization_err_msg
jax.core 0.1.73 trace_state
jax.core 0.1.75 MasterTrace Trace(master) identity_p new_master
jax.core 0.1.77 TypedJaxpr initial_style_staging omnistaging_enabler
jax.core 0.2.9 raise_concretization_error
jax.core 0.2.10 DebugState checking_leaks debug_state skip_checks skipping_checks
jax.core 0.2.11 omnistaging_disabler
jax.core 0.2.12 canonicalize_named_shape extra_jit_context unzip2
jax.core 0.2.13 maybe_new_sublevel
jax.core 0.2.19 zeros_like_float0
jax.core 0.2.21 PrettyPrint vcat
jax.core 0.2.22 dropvar
jax.core 0.2.25 convert_element_type_p
jax.core 0.2.26 eval_jaxpr_eqn extract_call_jaxpr initial_to_final_param_rules
jax.core 0.2.26 process_env_traces typecheck_assert
jax.core 0.2.28 pp_eqn_compact
jax.core 0.3.4 cache
jax.core 0.3.9 AbstractUnit Unit UnitVar abstract_unit unit unitvar
jax.core 0.3.13 check_call check_map
jax.core 0.3.14 AxisSizeForJaxprTracingSpec AxisSizeForJaxprType AxisSizeForTracing
jax.core 0.3.17 aval_eltype aval_has_custom_eltype custom_eltypes eltype
jax.core 0.3.17 has_custom_eltype is_custom_eltype
jax.core 0.3.21 AbstractBInt BInt BIntDimensionHandler PaddedArray
jax.core 0.3.23 call_bind
jax.core 0.3.24 named_call_p
jax.core 0.4.1 lib
jax.core 0.4.3 Bot aval_method aval_property axis_substitution_rules bint bot
jax.core 0.4.4 AvalMapHandlerPair AxisEnvFrame AxisPrimitive AxisSubst
jax.core 0.4.4 ClosedCallPrimitive CustomPpEqnRule DArray DArrayDimHandler DBIdx
jax.core 0.4.4 DConcreteArray DimensionHandler DuplicateAxisNameError FLAGS
jax.core 0.4.4 HashableFunction HashableWrapper annotations attrgetter config
jax.core 0.4.4 contextmanager curry dataclass functools gc inspect it jax_config jax_jit
jax.core 0.4.4 np operator ordered_effects partialmethod prod threading types typing
jax.core 0.4.4 unsafe_map unsafe_zip warnings weakref_lru_cache
jax.core 0.4.10 OpaqueDType opaque_dtypes
jax.core 0.4.13 canonicalize_dim diff_dim diff_shape dilate_dim dilate_shape
jax.core 0.4.13 divide_shape_sizes greater_equal_dim greater_equal_shape is_dim
jax.core 0.4.13 is_empty_shape is_special_dim_size same_referent same_shape_sizes
jax.core 0.4.13 stride_dim stride_shape sum_dim sum_shapes symbolic_equal_one_of_dim
jax.core 0.4.13 symbolic_equal_shape
jax.core 0.4.14 has_opaque_dtype is_opaque_dtype
jax.core 0.4.23 TracerArrayConversionError TracerIntegerConversionError
jax.core 0.4.23 UnexpectedTracerError as_hashable_function collections dtypes lu map
jax.core 0.4.23 namedtuple partial pp ref safe_map safe_zip source_info_util
jax.core 0.4.23 total_ordering traceback_util tuple_delete tuple_insert zip
jax.core 0.4.26 token
jax.core 0.4.28 DimSize
jax.core 0.4.30 as_named_shape canonicalize_shape definitely_equal dimension_as_value
jax.core 0.4.30 join_named_shapes symbolic_equal_dim
jax.core 0.4.33 ShapedArray(named_shape) pp_aval pp_eqn pp_eqn_rules pp_eqns pp_jaxpr
jax.core 0.4.33 pp_jaxpr_eqn_range pp_jaxpr_skeleton pp_jaxprs pp_kv_pair pp_kv_pairs
jax.core 0.4.33 pp_var pp_vars
jax.core 0.4.35 MainTrace NameGatheringSubst Sublevel ThreadLocalState Trace(main)
jax.core 0.4.35 Trace(sublevel) TraceStack TraceState apply_todos
jax.core 0.4.35 call_bind_with_continuation cur_sublevel do_subst_axis_names_jaxpr
jax.core 0.4.35 extend_axis_env jaxpr_uses_outfeed map_bind map_bind_with_continuation
jax.core 0.4.35 new_base_main new_main new_sublevel outfeed_primitives
jax.core 0.4.35 primitive_uses_outfeed process_env_traces_call process_env_traces_map
jax.core 0.4.35 raise_as_much_as_possible stash_axis_env subst_axis_names
jax.core 0.4.35 subst_axis_names_eqn subst_axis_names_jaxpr subst_axis_names_var
jax.core 0.4.35 thread_local_state used_axis_names
jax.core 0.4.37 check_eqn check_type check_valid_jaxtype non_negative_dim
jax.core 0.4.37 unsafe_get_current_trace_DO_NOT_USE
jax.core 0.5.0 JaxprDebugInfo
jax.core 0.5.3 AxisSize EvalTrace InDBIdx InputType MapPrimitive OpaqueTraceState
jax.core 0.5.3 OutDBIdx ShapedArray(varying_manual_axes) TRACER_LEAK_DEBUGGER_WARNING
jax.core 0.5.3 Token concrete_aval dedup_referents escaped_tracer_error
jax.core 0.5.3 extend_axis_env_nd full_lower get_referent join_effects lattice_join
jax.core 0.5.3 leaked_tracer_error maybe_find_leaked_tracers raise_to_shaped
jax.core 0.5.3 raise_to_shaped_mappings reset_trace_state str_eqn_compact
jax.core 0.5.3 substitute_vars_in_output_ty typecompat used_axis_names_jaxpr
jax.core 0.6.2 AxisName ConcretizationTypeError axis_frame call_p closed_call_p get_type
jax.core 0.6.2 trace_state_clean typecheck typematch
jax.core 0.8.1 DShapedArray UnshapedArray
jax.core 0.9.2 AbstractToken ShapedArray(vma) TraceTag call_impl mapped_aval
jax.core 0.9.2 set_current_trace subjaxprs take_current_trace traverse_jaxpr_params
jax.core 0.9.2 unmapped_aval
jax.core 0.10.2 CallPrimitive DebugInfo DropVar Effect Effects
jax.core 0.10.2 InconclusiveDimensionOperation JaxprPpContext JaxprPpSettings
jax.core 0.10.2 JaxprTypeError OutputType abstract_token aval_mapping_handlers call
jax.core 0.10.2 check_jaxpr concretization_function_error custom_typechecks
jax.core 0.10.2 find_top_trace gensym get_opaque_trace_state is_concrete is_constant_dim
jax.core 0.10.2 is_constant_shape jaxprs_in_params literalable_types new_jaxpr_eqn
jax.core 0.10.2 no_axis_name no_effects nonempty_axis_env_DO_NOT_USE
jax.core 0.10.2 primal_dtype_to_tangent_dtype trace_ctx
jax.core 0.10.2 unsafe_am_i_under_a_jit_DO_NOT_USE unsafe_am_i_under_a_vmap_DO_NOT_USE
jax.core 0.10.2 unsafe_get_axis_names_DO_NOT_USE valid_jaxtype
jax.custom_derivatives 0.1.75 stop_gradient sum_tangents zeros_like_pytree
jax.custom_derivatives 0.1.77 omnistaging_enabler
jax.custom_derivatives 0.2.3 custom_jvp_call custom_jvp_call_jaxpr custom_vjp_call
jax.custom_derivatives 0.2.3 custom_vjp_call_jaxpr
jax.custom_derivatives 0.2.11 omnistaging_disabler
jax.custom_derivatives 0.2.12 CustomJVPCallPrimitive CustomVJPCallPrimitive Residuals
jax.custom_derivatives 0.2.12 abstractify ad batching cache linear_call_p map
jax.custom_derivatives 0.2.12 partition_list safe_map safe_zip split_list traceback_util
jax.custom_derivatives 0.2.12 xla zip
jax.custom_derivatives 0.6.0 custom_vjp_call_jaxpr_p
jax.custom_derivatives 0.7.2 custom_jvp_call_jaxpr_p
jax.dlpack 0.2.17 from_dlpack(backend)
jax.dlpack 0.4.14 from_dlpack(dlpack)
jax.dtypes 0.1.55 long
jax.dtypes 0.2.12 FLAGS bool_ can_cast coerce_to_array complex_ dtype dtype_real float_
jax.dtypes 0.2.12 int_ is_python_scalar is_weakly_typed issubsctype promote_types
jax.dtypes 0.2.12 python_scalar_dtypes traceback_util util
jax.dtypes 0.4.20 canonicalize_dtype(allow_opaque_dtype)
jax.experimental.array_serialization.serialization 0.4.34 DLL config sharding_impls
jax.experimental.array_serialization.serialization 0.6.0 BarrierTimeoutException
jax.experimental.array_serialization.serialization 0.6.0 estimate_read_memory_footprint
jax.experimental.array_serialization.serialization 0.6.0 xe
jax.experimental.array_serialization.serialization 0.6.1 Layout
jax.experimental.array_serialization.serialization 0.6.2 Format(device_local_layout)
jax.experimental.array_serialization.tensorstore_impl 0.6.1 Layout get_tensorstore_spec(
jax.experimental.array_serialization.tensorstore_impl 0.6.1 process_num)
jax.experimental.array_serialization.tensorstore_impl 0.6.2 Format(device_local_layout)
jax.experimental.checkify 0.2.26 ErrorTrace ErrorTracer check_errors_flat
jax.experimental.checkify 0.2.26 check_errors_subtrace check_errors_toplevel
jax.experimental.checkify 0.2.26 check_errors_traceable control_flow slicing
jax.experimental.checkify 0.2.28 assert2_ assert_ automatic_errors float_errors
jax.experimental.checkify 0.2.28 index_errors user_asserts
jax.experimental.checkify 0.3.0 Bool CheckifyTrace CheckifyTracer Int add_nan_check
jax.experimental.checkify 0.3.0 as_hashable_function assert_abstract_eval
jax.experimental.checkify 0.3.0 assert_discharge_rule assert_func assert_impl assert_p
jax.experimental.checkify 0.3.0 checkify_custom_jvp_subtrace
jax.experimental.checkify 0.3.0 checkify_custom_vjp_subtrace checkify_flat
jax.experimental.checkify 0.3.0 checkify_fun_to_jaxpr checkify_jaxpr checkify_subtrace
jax.experimental.checkify 0.3.0 checkify_traceable checkify_while_body_jaxpr
jax.experimental.checkify 0.3.0 cond_error_check div_error_check error_checks
jax.experimental.checkify 0.3.0 gather_error_check ignore_errors_jaxpr is_scalar_pred
jax.experimental.checkify 0.3.0 lax map nan_error_check next_code popattr safe_map
jax.experimental.checkify 0.3.0 safe_zip scan_error_check scatter_error_check
jax.experimental.checkify 0.3.0 scatter_in_bounds setnewattr source_info_util split_list
jax.experimental.checkify 0.3.0 summary traceback_util unsafe_map unsafe_zip unzip2
jax.experimental.checkify 0.3.0 while_loop_error_check zip
jax.experimental.checkify 0.3.6 checkify_impl
jax.experimental.checkify 0.3.25 Error(code) Error(err) Error(msgs) Error(payload)
jax.experimental.checkify 0.4.1 checkify(fun)
jax.experimental.compilation_cache 0.3.13 file_system_cache
jax.experimental.compilation_cache 0.4.8 cache_interface gfile_cache
jax.experimental.compilation_cache.compilation_cache 0.4.4 xla_extension_version
jax.experimental.compilation_cache.compilation_cache 0.4.8 extra_flag_prefixes_to_includ
jax.experimental.compilation_cache.compilation_cache 0.4.8 e_in_cache_key get_cache_key
jax.experimental.compilation_cache.compilation_cache 0.4.8 get_executable
jax.experimental.compilation_cache.compilation_cache 0.4.8 jaxlib_version_str pathlib
jax.experimental.compilation_cache.compilation_cache 0.4.8 put_executable xla_client
jax.experimental.compilation_cache.compilation_cache 0.7.2 initialize_cache
jax.experimental.compilation_cache.compilation_cache 0.7.2 is_initialized
jax.experimental.compilation_cache.compilation_cache 0.8.3 deprecation_getattr
jax.experimental.compute_on 0.11.0 compute_on2
jax.experimental.custom_partitioning 0.4.1 mhlo
jax.experimental.custom_partitioning 0.4.27 xla_extension_version
jax.experimental.custom_partitioning 0.4.30 argnums_partial core custom_api_util
jax.experimental.custom_partitioning 0.4.30 dispatch flatten_fun_nokwargs hlo ir lu
jax.experimental.custom_partitioning 0.4.30 mesh_lib mlir pe sharding_impls xb xc
jax.experimental.fused 0.9.0.1 weakref_lru_cache(call)
jax.experimental.fused 0.11.0 flatten_fun_nokwargs lu
jax.experimental.jet 0.1.62 jet_transform
jax.experimental.jet 0.1.75 jet_subtrace(master)
jax.experimental.jet 0.2.25 lax_control_flow lax_fft
jax.experimental.jet 0.3.16 custom_jvp_call_jaxpr_p
jax.experimental.jet 0.4.6 xla
jax.experimental.jet 0.4.35 jet_subtrace(main)
jax.experimental.jet 0.4.38 shaped_abstractify
jax.experimental.jet 0.9.0.1 weakref_lru_cache(call)
jax.experimental.key_reuse 0.4.24 unconsumed_copy
jax.experimental.key_reuse 0.4.25 KeyReuseError reuse_key
jax.experimental.layout 0.4.25 SpecifiedLayout
jax.experimental.layout 0.4.26 AUTO
jax.experimental.layout 0.6.0 with_dll_constraint
jax.experimental.layout 0.6.2 DeviceLocalLayout Format(device_local_layout)
jax.experimental.layout 0.6.2 Layout(device_local_layout) Layout(sharding)
jax.experimental.mesh_utils 0.4.31 xb
jax.experimental.multihost_utils 0.3.1 process_allgather(titled)
jax.experimental.multihost_utils 0.4.6 GlobalDeviceArray sharding
jax.experimental.multihost_utils 0.4.8 config_internal dispatch
jax.experimental.multihost_utils 0.4.35 ltg_batcher(axis_name) ltg_batcher(axis_size)
jax.experimental.multihost_utils 0.4.35 ltg_batcher(main_type)
jax.experimental.multihost_utils 0.4.35 ltg_batcher(spmd_axis_name)
jax.experimental.ode 0.1.62 build_odeint decay my_odeint_grad my_odeint_jacrev nd
jax.experimental.ode 0.1.62 plot_gradient_field swoop test_defvjp_all
jax.experimental.ode 0.1.62 test_grad_vjp_odeint test_odeint_grad test_odeint_vjp
jax.experimental.ode 0.1.62 vjp_odeint
jax.experimental.ode 0.1.64 benchmark_odeint pend pend_benchmark_odeint pend_check_grads
jax.experimental.ode 0.2.7 abstractify closure_convert partition_list
jax.experimental.ode 0.2.25 error_ratio
jax.experimental.ode 0.11.0 lu ravel_first_arg(debug_info) ravel_first_arg_
jax.experimental.overlap 0.11.2 control_dep schedule
jax.experimental.pjit 0.2.12 ArrayAxisPartitioning ArrayPartitioning pjit_call_p
jax.experimental.pjit 0.2.20 pjit_callable
jax.experimental.pjit 0.2.25 get_sharding_proto xla
jax.experimental.pjit 0.2.26 gsda_mesh_axes_to_parsed_pspec
jax.experimental.pjit 0.3.1 gda_mesh_axes_to_canonicalized_parsed_pspec
jax.experimental.pjit 0.3.2 Lowered
jax.experimental.pjit 0.3.4 parse_op_sharding
jax.experimental.pjit 0.3.7 extend_name_stack xops
jax.experimental.pjit 0.3.14 cache get_aval_sharding_proto
jax.experimental.pjit 0.3.21 PjitCompiled PjitLowered local_devices
jax.experimental.pjit 0.3.23 global_array_to_host_local_array
jax.experimental.pjit 0.3.23 host_local_array_to_global_array
jax.experimental.pjit 0.3.24 MeshPspecSharding
jax.experimental.pjit 0.4.1 CompiledCallParams REPLICATED device_put
jax.experimental.pjit 0.4.1 rebase_donate_argnums wrap_name
jax.experimental.pjit 0.4.3 CanonicalizedParsedPartitionSpec FLAGS HashableFunction
jax.experimental.pjit 0.4.3 MeshSharding MeshShardingMinusUnspecified OpShardingSharding
jax.experimental.pjit 0.4.3 PjitInfo PjitSharding PjitShardingMinusUnspecified
jax.experimental.pjit 0.4.3 PmapSharding PytreeLeaf SameDeviceAssignmentTuple Sharding
jax.experimental.pjit 0.4.3 SingleDeviceSharding SpecSync XLACompatibleSharding
jax.experimental.pjit 0.4.3 XLADeviceAssignment ad api_boundary argnames_partial_except
jax.experimental.pjit 0.4.3 argnums_partial_except array batching check_callable
jax.experimental.pjit 0.4.3 common_infer_params config dce_jaxpr_pjit_rule dispatch
jax.experimental.pjit 0.4.3 distributed_debug_log donation_vector explode_superdims
jax.experimental.pjit 0.4.3 flatten_axes flatten_axis_resources flatten_fun
jax.experimental.pjit 0.4.3 flatten_fun_nokwargs func_dialect get_unconstrained_dims
jax.experimental.pjit 0.4.3 global_to_local ir is_auto local_to_global lu merge_lists pe
jax.experimental.pjit 0.4.3 pjit_check_aval_sharding pjit_staging_rule post_infer_params
jax.experimental.pjit 0.4.3 pre_infer_params prefix_errors pxla resolve_argnums safe_map
jax.experimental.pjit 0.4.3 safe_zip shaped_abstractify sharding_constraint_p
jax.experimental.pjit 0.4.3 source_info_util split_list strides_for_sizes
jax.experimental.pjit 0.4.3 to_op_sharding_sharding traceback_util tuple_insert
jax.experimental.pjit 0.4.3 unflatten_array unflatten_superdims util weakref_lru_cache
jax.experimental.pjit 0.4.3 wraps xb xc xla_extension_version
jax.experimental.pjit 0.4.7 FROM_GDA
jax.experimental.pjit 0.4.10 NamedSharding
jax.experimental.pjit 0.4.14 ParsedPartitionSpec get_array_mapping hashable_pytree
jax.experimental.pjit 0.4.14 parse_flatten_op_sharding
jax.experimental.pjit 0.6.2 pjit_p
jax.experimental.pjit 0.8.1 pjit(abstracted_axes)
jax.experimental.pjit 0.10.0 AUTO
jax.experimental.profiler 0.6.0 xla_client
jax.experimental.rnn 0.4.4 prod
jax.experimental.rnn 0.4.8 rnn_bwd_abstract_eval(workspace_aval)
jax.experimental.serialize_executable 0.4.6 compile_and_serialize load_compiled
jax.experimental.serialize_executable 0.6.1 jaxlib_extension_version
jax.experimental.shard_map 0.4.4 prod
jax.experimental.shard_map 0.4.8 xla
jax.experimental.shard_map 0.4.15 register_rule register_standard
jax.experimental.shard_map 0.4.28 array weakref_lru_cache
jax.experimental.shard_map 0.4.34 hlo
jax.experimental.shard_map 0.4.35 process_env_traces unzip3
jax.experimental.shard_map 0.5.0 sharding_constraint_p
jax.experimental.shard_map 0.5.2 AxisTypes set_abstract_mesh
jax.experimental.shard_map 0.5.3 RepType custom_derivatives get_replication pbroadcast
jax.experimental.shard_map 0.5.3 pbroadcast_p psum2_p
jax.experimental.shard_map 0.6.0 AbstractMesh AxisNames AxisType HashableFunction
jax.experimental.shard_map 0.6.0 HashablePartial KeyPath MaybeTracer Mesh NoFail
jax.experimental.shard_map 0.6.0 PyTreeDef RewriteTrace RewriteTracer ShardMapPrimitive
jax.experimental.shard_map 0.6.0 ShardMapTrace ShardMapTracer SpecErrorType Tracer ad
jax.experimental.shard_map 0.6.0 ad_checkpoint ad_util ann api_util as_hashable_function
jax.experimental.shard_map 0.6.0 batching broadcast_prefix callback cd config
jax.experimental.shard_map 0.6.0 control_flow convolution core debugging dispatch dtypes
jax.experimental.shard_map 0.6.0 eager_rules ffi fft foreach generate_key_paths
jax.experimental.shard_map 0.6.0 get_abstract_mesh get_mesh_from_args ir lax
jax.experimental.shard_map 0.6.0 lax_parallel linalg lu map memoize merge_lists mlir
jax.experimental.shard_map 0.6.0 no_fail ops partition_list pe pjit pmap prefix_errors
jax.experimental.shard_map 0.6.0 prng pvary pvary_p pxla random register_check
jax.experimental.shard_map 0.6.0 register_norewrite register_reduction_collective
jax.experimental.shard_map 0.6.0 register_rewrite register_standard_check
jax.experimental.shard_map 0.6.0 register_standard_collective register_standard_rewrite
jax.experimental.shard_map 0.6.0 sdy shard_map_p sharding_impls slicing source_info_util
jax.experimental.shard_map 0.6.0 special split_list subs_list2 typeof unsafe_map
jax.experimental.shard_map 0.6.0 unsafe_zip unzip2 use_abstract_mesh util
jax.experimental.shard_map 0.6.0 windowed_reductions zip
jax.experimental.shard_map 0.7.2 shard_map(auto)
jax.experimental.sparse 0.2.16 coo_fromdense(nnz) csr_fromdense(nnz)
jax.experimental.sparse 0.2.25 ops
jax.experimental.sparse 0.2.26 bcoo_broadcast_in_dim(new_shape)
jax.experimental.sparse 0.2.26 bcoo_dot_general(lhs_shape) bcoo_reduce_sum(shape)
jax.experimental.sparse 0.2.26 bcoo_todense(shape) bcoo_transpose(shape)
jax.experimental.sparse 0.3.1 SparseTracer(argspec) coo_matmat(col) coo_matmat(data)
jax.experimental.sparse 0.3.1 coo_matmat(row) coo_matmat(shape) coo_matvec(col)
jax.experimental.sparse 0.3.1 coo_matvec(data) coo_matvec(row) coo_matvec(shape)
jax.experimental.sparse 0.3.1 coo_todense(col) coo_todense(data) coo_todense(row)
jax.experimental.sparse 0.3.1 coo_todense(shape)
jax.experimental.sparse 0.3.4 bcoo_broadcast_in_dim(data) bcoo_broadcast_in_dim(indices)
jax.experimental.sparse 0.3.4 bcoo_broadcast_in_dim(spinfo) bcoo_dot_general(lhs_data)
jax.experimental.sparse 0.3.4 bcoo_dot_general(lhs_indices) bcoo_dot_general(lhs_spinfo)
jax.experimental.sparse 0.3.4 bcoo_rdot_general bcoo_reduce_sum(data)
jax.experimental.sparse 0.3.4 bcoo_reduce_sum(indices) bcoo_reduce_sum(spinfo)
jax.experimental.sparse 0.3.4 bcoo_spdot_general bcoo_todense(data)
jax.experimental.sparse 0.3.4 bcoo_todense(indices) bcoo_todense(spinfo)
jax.experimental.sparse 0.3.4 bcoo_transpose(data) bcoo_transpose(indices)
jax.experimental.sparse 0.3.4 bcoo_transpose(spinfo)
jax.experimental.sparse 0.3.14 bcoo_add_batch_dim
jax.experimental.sparse 0.4.1 bcoo_extract(indices) bcoo_extract(mat)
jax.experimental.sparse 0.4.4 csr_matmat(data) csr_matmat(indices) csr_matmat(indptr)
jax.experimental.sparse 0.4.4 csr_matmat(shape) csr_matvec(data) csr_matvec(indices)
jax.experimental.sparse 0.4.4 csr_matvec(indptr) csr_matvec(shape) csr_todense(data)
jax.experimental.sparse 0.4.4 csr_todense(indices) csr_todense(indptr)
jax.experimental.sparse 0.4.4 csr_todense(shape)
jax.experimental.sparse 0.4.34 bcoo_dot_general(algorithm)
jax.experimental.sparse 0.4.34 bcoo_dot_general(transpose_algorithm)
jax.experimental.sparse 0.4.34 bcsr_dot_general(algorithm)
jax.experimental.sparse 0.4.34 bcsr_dot_general(transpose_algorithm)
jax.experimental.sparse 0.4.38 bcoo_dot_general(out_type) bcsr_dot_general(out_type)
jax.experimental.sparse 0.9.2 nm
jax.experimental.sparse.api 0.9.1 Shape
jax.experimental.sparse.bcoo 0.2.24 xla
jax.experimental.sparse.bcoo 0.2.26 bcoo_broadcast_in_dim(new_shape)
jax.experimental.sparse.bcoo 0.2.26 bcoo_dot_general(lhs_shape)
jax.experimental.sparse.bcoo 0.2.26 bcoo_multiply_dense(shape)
jax.experimental.sparse.bcoo 0.2.26 bcoo_multiply_sparse(lhs_shape)
jax.experimental.sparse.bcoo 0.2.26 bcoo_multiply_sparse(rhs_shape)
jax.experimental.sparse.bcoo 0.2.26 bcoo_reduce_sum(shape) bcoo_todense(shape)
jax.experimental.sparse.bcoo 0.2.26 bcoo_transpose(shape)
jax.experimental.sparse.bcoo 0.3.4 bcoo_broadcast_in_dim(data)
jax.experimental.sparse.bcoo 0.3.4 bcoo_broadcast_in_dim(indices)
jax.experimental.sparse.bcoo 0.3.4 bcoo_broadcast_in_dim(spinfo)
jax.experimental.sparse.bcoo 0.3.4 bcoo_dot_general(lhs_data)
jax.experimental.sparse.bcoo 0.3.4 bcoo_dot_general(lhs_indices)
jax.experimental.sparse.bcoo 0.3.4 bcoo_dot_general(lhs_spinfo)
jax.experimental.sparse.bcoo 0.3.4 bcoo_multiply_dense(data)
jax.experimental.sparse.bcoo 0.3.4 bcoo_multiply_dense(indices)
jax.experimental.sparse.bcoo 0.3.4 bcoo_multiply_dense(spinfo)
jax.experimental.sparse.bcoo 0.3.4 bcoo_multiply_sparse(lhs_data)
jax.experimental.sparse.bcoo 0.3.4 bcoo_multiply_sparse(lhs_indices)
jax.experimental.sparse.bcoo 0.3.4 bcoo_multiply_sparse(lhs_spinfo)
jax.experimental.sparse.bcoo 0.3.4 bcoo_multiply_sparse(rhs_data)
jax.experimental.sparse.bcoo 0.3.4 bcoo_multiply_sparse(rhs_indices)
jax.experimental.sparse.bcoo 0.3.4 bcoo_multiply_sparse(rhs_spinfo) bcoo_rdot_general
jax.experimental.sparse.bcoo 0.3.4 bcoo_reduce_sum(data) bcoo_reduce_sum(indices)
jax.experimental.sparse.bcoo 0.3.4 bcoo_reduce_sum(spinfo) bcoo_spdot_general
jax.experimental.sparse.bcoo 0.3.4 bcoo_todense(data) bcoo_todense(indices)
jax.experimental.sparse.bcoo 0.3.4 bcoo_todense(spinfo) bcoo_transpose(data)
jax.experimental.sparse.bcoo 0.3.4 bcoo_transpose(indices) bcoo_transpose(spinfo)
jax.experimental.sparse.bcoo 0.3.4 cusparse
jax.experimental.sparse.bcoo 0.3.7 xc xops
jax.experimental.sparse.bcoo 0.3.14 bcoo_add_batch_dim sparse_apis
jax.experimental.sparse.bcoo 0.3.21 broadcasting_vmap flatten_axes
jax.experimental.sparse.bcoo 0.3.23 jaxlib_version
jax.experimental.sparse.bcoo 0.4.1 BCOOInfo bcoo_extract(indices) bcoo_extract(mat) mhlo
jax.experimental.sparse.bcoo 0.4.5 DType xla_bridge
jax.experimental.sparse.bcoo 0.4.34 bcoo_dot_general(algorithm)
jax.experimental.sparse.bcoo 0.4.34 bcoo_dot_general(transpose_algorithm) hlo ir
jax.experimental.sparse.bcoo 0.4.38 bcoo_dot_general(out_type)
jax.experimental.sparse.bcoo 0.7.2 gpu_sparse
jax.experimental.sparse.bcsr 0.4.34 bcsr_dot_general(algorithm)
jax.experimental.sparse.bcsr 0.4.34 bcsr_dot_general(transpose_algorithm)
jax.experimental.sparse.bcsr 0.4.38 bcsr_dot_general(out_type)
jax.experimental.sparse.bcsr 0.7.2 gpu_sparse
jax.experimental.sparse.coo 0.3.1 coo_matmat(col) coo_matmat(data) coo_matmat(row)
jax.experimental.sparse.coo 0.3.1 coo_matmat(shape) coo_matvec(col) coo_matvec(data)
jax.experimental.sparse.coo 0.3.1 coo_matvec(row) coo_matvec(shape) coo_todense(col)
jax.experimental.sparse.coo 0.3.1 coo_todense(data) coo_todense(row) coo_todense(shape)
jax.experimental.sparse.coo 0.3.4 cusparse hipsparse
jax.experimental.sparse.coo 0.3.7 xla_client xops
jax.experimental.sparse.coo 0.3.14 sparse_apis
jax.experimental.sparse.coo 0.4.1 mhlo
jax.experimental.sparse.coo 0.7.2 gpu_sparse
jax.experimental.sparse.csr 0.3.4 cusparse hipsparse
jax.experimental.sparse.csr 0.3.14 sparse_apis
jax.experimental.sparse.csr 0.4.4 csr_matmat(data) csr_matmat(indices)
jax.experimental.sparse.csr 0.4.4 csr_matmat(indptr) csr_matmat(shape) csr_matvec(data)
jax.experimental.sparse.csr 0.4.4 csr_matvec(indices) csr_matvec(indptr)
jax.experimental.sparse.csr 0.4.4 csr_matvec(shape) csr_todense(data)
jax.experimental.sparse.csr 0.4.4 csr_todense(indices) csr_todense(indptr)
jax.experimental.sparse.csr 0.4.4 csr_todense(shape)
jax.experimental.sparse.csr 0.4.34 ArrayLike
jax.experimental.sparse.csr 0.7.2 gpu_sparse
jax.experimental.sparse.linalg 0.3.23 xla_extension_version
jax.experimental.sparse.linalg 0.5.3 gpu_solver
jax.experimental.sparse.transform 0.2.18 AnyArray
jax.experimental.sparse.transform 0.3.1 ArgSpec SparseEnv SparseTracer(argspec)
jax.experimental.sparse.transform 0.3.1 argspecs_to_arrays argspecs_to_avals
jax.experimental.sparse.transform 0.3.1 arrays_to_argspecs eval_sparse(argspecs)
jax.experimental.sparse.transform 0.3.1 sparsify_subtrace(argspecs)
jax.experimental.sparse.transform 0.3.24 canonicalize_axis
jax.experimental.sparse.transform 0.4.2 sparse_rules
jax.experimental.sparse.transform 0.4.8 pxla xla
jax.experimental.sparse.transform 0.4.35 popattr setnewattr sparsify_subtrace(main)
jax.experimental.sparse.transform 0.5.0 lax_numpy lift_jvp(jvp_jaxpr_thunk)
jax.experimental.sparse.util 0.4.34 dtypes stages
jax.experimental.topologies 0.6.0 xla_extension
jax.experimental.topologies 0.7.2 xc
jax.experimental.transfer 0.5.2 xla_extension_version
jax.export 0.4.35 export(lowering_platforms) symbolic_args_specs(symbolic_constraints)
jax.export 0.4.35 symbolic_args_specs(symbolic_scope)
jax.extend 0.7.2 ffi
jax.extend.backend 0.6.2 add_clear_backends_callback
jax.extend.backend 0.10.0 get_compile_options(auto_spmd_partitioning_mesh_ids)
jax.extend.backend 0.10.0 get_compile_options(auto_spmd_partitioning_mesh_shape)
jax.extend.backend 0.10.0 get_compile_options(use_auto_spmd_partitioning)
jax.extend.backend 0.10.0 get_compile_options(use_spmd_partitioning)
jax.extend.core 0.6.1 Jaxpr(final_typechange_env) Var(suffix)
jax.extend.core 0.7.1 Token(x)
jax.extend.core 0.8.1 JaxprEqn(effects)
jax.extend.core 0.10.2 ClosedJaxpr(jaxpr)
jax.extend.core 0.11.0 CallPrimitive Var(final_qdd) Var(initial_qdd) call_impl
jax.extend.core.primitives 0.5.3 random_gamma_grad_p
jax.extend.core.primitives 0.6.0 custom_jvp_call_jaxpr_p custom_vjp_call_jaxpr_p
jax.extend.core.primitives 0.6.2 infeed_p outfeed_p pjit_p
jax.extend.core.primitives 0.7.0 zeros_like_p
jax.extend.core.primitives 0.9.2 xla_pmap_p
jax.extend.linear_util 0.4.35 transformation_with_aux(use_eq_store)
jax.extend.mlir 0.10.0 lower_with_sharding_in_types(sharding_proto)
jax.extend.mlir.dialects 0.4.31 mhlo
jax.extend.random 0.4.16 wrap_key_data
jax.extend.random 0.4.19 PRNGImpl
jax.extend.source_info_util 0.5.2 user_context(c)
jax.ffi 0.9.2 ffi_call(vectorized)
jax.interpreters 0.1.75 parallel
jax.interpreters 0.3.5 invertible_ad
jax.interpreters 0.3.15 masking sharded_jit
jax.interpreters.ad 0.1.58 backward_pass(freevar_vals)
jax.interpreters.ad 0.1.59 undefined_primal
jax.interpreters.ad 0.1.61 composite_jvps
jax.interpreters.ad 0.1.64 backward_pass(args)
jax.interpreters.ad 0.1.69 instantiate_zeros(example)
jax.interpreters.ad 0.1.77 omnistaging_enabler
jax.interpreters.ad 0.2.11 defvjp defvjp2 defvjp_all omnistaging_disabler
jax.interpreters.ad 0.2.12 defbilinear_broadcasting
jax.interpreters.ad 0.2.20 partial
jax.interpreters.ad 0.3.4 cache
jax.interpreters.ad 0.3.7 ignore_consts
jax.interpreters.ad 0.3.16 pe remat_transpose
jax.interpreters.ad 0.4.2 Literal Primitive Trace Tracer as_hashable_function call_p
jax.interpreters.ad 0.4.2 core dtype flatten_fun flatten_fun_nokwargs float0 get_aval
jax.interpreters.ad 0.4.2 identity lu map partition_list raise_to_shaped safe_map
jax.interpreters.ad 0.4.2 safe_zip split_list unzip2 weakref_lru_cache wrap_name zip
jax.interpreters.ad 0.4.23 instantiate_zeros_aval
jax.interpreters.ad 0.4.25 source_info_util
jax.interpreters.ad 0.4.33 recast_to_float0 replace_float0s
jax.interpreters.ad 0.4.35 CustomJVPException CustomVJPException zeros_like_jaxval
jax.interpreters.ad 0.7.0 backward_pass_internal unpair_pval
jax.interpreters.ad 0.8.1 backward_pass(cotangents_in) backward_pass(reduce_axes)
jax.interpreters.ad 0.8.1 closed_backward_pass vjp
jax.interpreters.ad 0.8.3 bilinear_transpose call_param_updaters call_transpose
jax.interpreters.ad 0.8.3 call_transpose_param_updaters custom_lin_p defjvp_zero
jax.interpreters.ad 0.8.3 f_jvp_traceable jvp_subtrace jvp_subtrace_aux jvpfun
jax.interpreters.ad 0.8.3 linear_jvp linear_transpose linear_transpose2 map_transpose
jax.interpreters.ad 0.8.3 nonzero_outputs nonzero_tangent_outputs rearrange_binders
jax.interpreters.ad 0.8.3 standard_jvp standard_jvp2 traceable zero_jvp zeros_like_p
jax.interpreters.ad 0.9.2 reducing_transposes
jax.interpreters.batching 0.1.62 batch_subtrace(master)
jax.interpreters.batching 0.1.76 last
jax.interpreters.batching 0.1.77 omnistaging_enabler
jax.interpreters.batching 0.2.6 split_axis split_axis_rules
jax.interpreters.batching 0.2.11 batch_fun2 omnistaging_disabler
jax.interpreters.batching 0.2.13 SPMDBatchTrace get_primitive_batcher
jax.interpreters.batching 0.2.20 collective_rules initial_style_batchers partial
jax.interpreters.batching 0.2.25 AxesSpec BatchDim BatchDims batch_jaxpr_axes(out_axes)
jax.interpreters.batching 0.2.25 batch_subtrace_instantiate batchfun
jax.interpreters.batching 0.3.10 cache
jax.interpreters.batching 0.3.24 wrap_name
jax.interpreters.batching 0.4.3 Trace Tracer add_jaxvals add_jaxvals_p
jax.interpreters.batching 0.4.3 as_hashable_function canonicalize_axis core curry lu map
jax.interpreters.batching 0.4.3 memoize raise_to_shaped register_pytree_node safe_map
jax.interpreters.batching 0.4.3 safe_zip source_info_util split_list tree_flatten
jax.interpreters.batching 0.4.3 tree_unflatten unsafe_map unsafe_zip unzip2 unzip3
jax.interpreters.batching 0.4.3 weakref_lru_cache zeros_like_jaxval zip
jax.interpreters.batching 0.4.11 ConcatAxis reassemble_concat_axes segment_sum
jax.interpreters.batching 0.4.11 unpack_concat_axes
jax.interpreters.batching 0.4.13 Pile PileAxis PileTy pile_axis
jax.interpreters.batching 0.4.23 add_batched zeros_like_batched zeros_like_p
jax.interpreters.batching 0.4.35 batch_jaxpr_axes(axis_name) batch_jaxpr_axes(axis_size)
jax.interpreters.batching 0.4.35 batch_jaxpr_axes(main_type)
jax.interpreters.batching 0.4.35 batch_jaxpr_axes(spmd_axis_name) batch_subtrace(main)
jax.interpreters.batching 0.4.35 spmd_axis_primitive_batchers
jax.interpreters.batching 0.8.1 IndexedAxisSize Jumble JumbleAxis JumbleTy RaggedAxis
jax.interpreters.batching 0.8.1 batch_jaxpr2 jumble_axis
jax.interpreters.batching 0.8.3 Array AxisSize BatchTrace BatchTracer BatchingRule Elt
jax.interpreters.batching 0.8.3 FromEltHandler GetIdx MakeIotaHandler MapSpec
jax.interpreters.batching 0.8.3 ToEltHandler Vmappable Zero ZeroIfMapped Zeros batch
jax.interpreters.batching 0.8.3 batch_custom_jvp_subtrace batch_custom_vjp_bwd
jax.interpreters.batching 0.8.3 batch_jaxpr broadcast_batcher flatten_fun_for_vmap
jax.interpreters.batching 0.8.3 from_elt from_elt_handlers is_vmappable make_iota
jax.interpreters.batching 0.8.3 make_iota_handlers matchaxis moveaxis reducer_batcher
jax.interpreters.batching 0.8.3 spec_types to_elt to_elt_handlers vectorized_batcher
jax.interpreters.batching 0.8.3 vmappables vtile
jax.interpreters.batching 0.9.0.1 defreducer(ident)
jax.interpreters.batching 0.9.2 NotMapped
jax.interpreters.batching 0.10.1 not_mapped
jax.interpreters.mlir 0.2.26 LoweringContext
jax.interpreters.mlir 0.3.0 ModuleContext(axis_env) lower_jaxpr_to_module(axis_env)
jax.interpreters.mlir 0.3.1 std
jax.interpreters.mlir 0.3.7 FuncOp builtin
jax.interpreters.mlir 0.3.9 lower_jaxpr_to_fun(replace_units_with_dummy)
jax.interpreters.mlir 0.3.13 lower_jaxpr_to_module(effects)
jax.interpreters.mlir 0.3.14 emit_python_callback(platform) token
jax.interpreters.mlir 0.3.23 jaxlib_version
jax.interpreters.mlir 0.3.24 NameStack
jax.interpreters.mlir 0.4.1 can_execute_with_token chlo compare_mhlo convert_mhlo
jax.interpreters.mlir 0.4.1 max_mhlo merge_mhlo_modules mhlo min_mhlo
jax.interpreters.mlir 0.4.1 xla_computation_to_mhlo_module xla_extension_version
jax.interpreters.mlir 0.4.2 DimPolyEvaluator mlir_api_version
jax.interpreters.mlir 0.4.3 MYPY ad ad_util add_jaxvals_lowering broadcast_in_dim
jax.interpreters.mlir 0.4.3 build_xla_computation_helper cache_lowering compare_hlo
jax.interpreters.mlir 0.4.3 convert_hlo core create_token delegate_lowering device_array
jax.interpreters.mlir 0.4.3 dtypes dummy_token dummy_token_type dynamic_slice
jax.interpreters.mlir 0.4.3 dynamic_update_slice eval_dynamic_shape full_like_aval
jax.interpreters.mlir 0.4.3 get_constant_handler lu map max_hlo min_hlo
jax.interpreters.mlir 0.4.3 multi_broadcast_in_dim pad receive_from_host reshape
jax.interpreters.mlir 0.4.3 send_to_host set_sharding sharded_aval slice_op
jax.interpreters.mlir 0.4.3 source_info_util unsafe_map unsafe_zip util
jax.interpreters.mlir 0.4.3 wrap_singleton_ir_values wrap_with_full_to_shard_op
jax.interpreters.mlir 0.4.3 wrap_with_shard_to_full_op wrap_with_sharding_op xb xc xla
jax.interpreters.mlir 0.4.3 xla_fallback_lowering zeros_like_lowering zip
jax.interpreters.mlir 0.4.8 DimExprEvaluator lower_jaxpr_to_module(unordered_effects)
jax.interpreters.mlir 0.4.11 ModuleContext(dim_vars)
jax.interpreters.mlir 0.4.14 ir_constant(canonicalize_types)
jax.interpreters.mlir 0.4.14 ir_constants(canonicalize_types)
jax.interpreters.mlir 0.4.16 ModuleContext(override_lowering_rules)
jax.interpreters.mlir 0.4.16 lower_jaxpr_to_module(override_lowering_rules)
jax.interpreters.mlir 0.4.19 ModuleContext(cached_call_jaxpr_lowerings)
jax.interpreters.mlir 0.4.19 ModuleContext(platform) lower_jaxpr_to_module(platform)
jax.interpreters.mlir 0.4.24 ModuleContext(name_stack)
jax.interpreters.mlir 0.4.28 dense_int_array_v6 lower_jaxpr_to_fun(create_tokens)
jax.interpreters.mlir 0.4.28 lower_jaxpr_to_fun(num_output_tokens)
jax.interpreters.mlir 0.4.28 lower_jaxpr_to_fun(replace_tokens_with_dummy)
jax.interpreters.mlir 0.4.31 lower_jaxpr_to_module(mesh_shape_tuple)
jax.interpreters.mlir 0.4.38 ModuleContext(backend_or_name)
jax.interpreters.mlir 0.4.38 lower_jaxpr_to_module(backend_or_name)
jax.interpreters.mlir 0.5.3 func_dialect hlo xla_computation_to_mlir_module
jax.interpreters.mlir 0.6.0 emit_python_callback(operand_layouts)
jax.interpreters.mlir 0.6.0 emit_python_callback(result_layouts)
jax.interpreters.mlir 0.6.2 flatten_lowering_ir_args lower_jaxpr_to_fun(api_name)
jax.interpreters.mlir 0.6.2 lower_jaxpr_to_fun(name_stack) lower_jaxpr_to_fun(public)
jax.interpreters.mlir 0.6.2 lower_jaxpr_to_module(name_stack)
jax.interpreters.mlir 0.7.0 jaxpr_subcomp(consts)
jax.interpreters.mlir 0.7.1 ir_constant(canonicalize_dtype)
jax.interpreters.mlir 0.7.2 custom_call dense_bool_array
jax.interpreters.mlir 0.9.0.1 dense_bool_elements
jax.interpreters.mlir 0.9.2 lower_jaxpr_to_module(num_replicas)
jax.interpreters.mlir 0.10.0 ReplicaAxisContext
jax.interpreters.partial_eval 0.1.58 closure_convert_jaxpr convert_freevars_jaxpr
jax.interpreters.partial_eval 0.1.58 eqn_parents new_eqn_recipe(bound_subjaxprs)
jax.interpreters.partial_eval 0.1.62 merge_pvals partial_val_aval remat_context
jax.interpreters.partial_eval 0.1.62 valid_pv_types
jax.interpreters.partial_eval 0.1.64 map_primitives
jax.interpreters.partial_eval 0.1.68 partial_eval
jax.interpreters.partial_eval 0.1.77 StagingJaxprTrace omnistaging_enabler
jax.interpreters.partial_eval 0.1.77 staged_out_calls
jax.interpreters.partial_eval 0.2.11 omnistaging_disabler
jax.interpreters.partial_eval 0.2.13 trace_to_jaxpr_dynamic(transform_name)
jax.interpreters.partial_eval 0.2.20 partial
jax.interpreters.partial_eval 0.3.0 count_outputs
jax.interpreters.partial_eval 0.3.4 cache
jax.interpreters.partial_eval 0.3.7 new_eqn_recipe(invars) new_eqn_recipe(outvars)
jax.interpreters.partial_eval 0.3.7 partial_eval_jaxpr partial_eval_to_jaxpr_dynamic
jax.interpreters.partial_eval 0.3.7 partial_eval_wrapper
jax.interpreters.partial_eval 0.3.13 Bound
jax.interpreters.partial_eval 0.3.16 remat_call remat_call_p
jax.interpreters.partial_eval 0.3.23 Zero
jax.interpreters.partial_eval 0.4.3 WrapperForWeakRef
jax.interpreters.partial_eval 0.4.3 trace_to_subjaxpr_dynamic2_memoized
jax.interpreters.partial_eval 0.4.5 arg_info_flattened arg_info_pytree tree_leaves
jax.interpreters.partial_eval 0.4.7 AbstractValue Atom AvalId ClosedJaxpr ConcreteArray
jax.interpreters.partial_eval 0.4.7 ConstId DBIdx DShapedArray DropVar InDBIdx InputType
jax.interpreters.partial_eval 0.4.7 JaxprEqn KeyPath Literal OrderedSet OutDBIdx
jax.interpreters.partial_eval 0.4.7 OutputType Primitive PyTreeDef ShapedArray Trace
jax.interpreters.partial_eval 0.4.7 Tracer Var api_util as_hashable_function core dtypes
jax.interpreters.partial_eval 0.4.7 effects flatten_fun_nokwargs flattened_fun_in_tree
jax.interpreters.partial_eval 0.4.7 fun_sourceinfo generate_key_paths get_aval
jax.interpreters.partial_eval 0.4.7 get_referent identity keystr lu map mapped_aval
jax.interpreters.partial_eval 0.4.7 merge_lists new_jaxpr_eqn partition_list profiler
jax.interpreters.partial_eval 0.4.7 raise_to_shaped safe_map safe_zip source_info_util
jax.interpreters.partial_eval 0.4.7 split_list toposort tree_unflatten treedef_tuple
jax.interpreters.partial_eval 0.4.7 unmapped_aval unsafe_map unsafe_zip unzip2
jax.interpreters.partial_eval 0.4.7 weakref_lru_cache zip
jax.interpreters.partial_eval 0.4.13 DimensionHandlerTracer
jax.interpreters.partial_eval 0.4.33 trace_to_subjaxpr_nounits_dyn
jax.interpreters.partial_eval 0.4.35 extend_jaxpr_stack trace_to_jaxpr
jax.interpreters.partial_eval 0.4.35 trace_to_jaxpr_final trace_to_jaxpr_final2
jax.interpreters.partial_eval 0.4.35 trace_to_subjaxpr trace_to_subjaxpr_dynamic
jax.interpreters.partial_eval 0.4.35 trace_to_subjaxpr_dynamic2
jax.interpreters.partial_eval 0.4.38 DebugInfo DynamicJaxprTracer(x) arg_info_all
jax.interpreters.partial_eval 0.4.38 debug_info debug_info_final result_info sig_info
jax.interpreters.partial_eval 0.5.0 trace_to_jaxpr_dynamic(debug_info)
jax.interpreters.partial_eval 0.5.0 tracing_debug_info tracing_debug_info_final
jax.interpreters.partial_eval 0.5.3 trivial_ctx
jax.interpreters.partial_eval 0.8.1 call_padding_rule def_trivial_padding pad_jaxpr
jax.interpreters.partial_eval 0.8.1 padding_rules
jax.interpreters.partial_eval 0.8.3 AbstractedAxesSpec AbstractedAxisName
jax.interpreters.partial_eval 0.8.3 BoundedAxisSize Const ConstFoldRule ConstVar DCERule
jax.interpreters.partial_eval 0.8.3 DynamicJaxprTrace ForwardingRule FreeVar Jaxpr
jax.interpreters.partial_eval 0.8.3 JaxprEqnRecipe JaxprStackFrame JaxprTrace
jax.interpreters.partial_eval 0.8.3 JaxprTracerRecipe LambdaBinding ParamsUpdater
jax.interpreters.partial_eval 0.8.3 PartialEvalCustomResult PartialEvalCustomRule
jax.interpreters.partial_eval 0.8.3 ResAvalUpdater TracerAsName TracerId
jax.interpreters.partial_eval 0.8.3 call_param_updaters call_partial_eval_custom_rule
jax.interpreters.partial_eval 0.8.3 call_partial_eval_rules
jax.interpreters.partial_eval 0.8.3 closed_call_partial_eval_custom_rule config
jax.interpreters.partial_eval 0.8.3 const_fold_rules convert_envvars_to_constvars
jax.interpreters.partial_eval 0.8.3 convert_invars_to_constvars custom_staging_rules
jax.interpreters.partial_eval 0.8.3 forwarding_rules has_effects infer_lambda_input_type
jax.interpreters.partial_eval 0.8.3 instantiate_const_at make_jaxpr_effects
jax.interpreters.partial_eval 0.8.3 move_binders_to_front partial_eval_jaxpr_custom
jax.interpreters.partial_eval 0.8.3 partial_eval_jaxpr_custom_rule_not_implemented
jax.interpreters.partial_eval 0.8.3 partial_eval_wrapper_nounits partition_pvals
jax.interpreters.partial_eval 0.8.3 recipe_to_eqn trace_to_jaxpr_dynamic2
jax.interpreters.partial_eval 0.8.3 trace_to_subjaxpr_nounits
jax.interpreters.partial_eval 0.8.3 trace_to_subjaxpr_nounits_fwd tracers_to_jaxpr
jax.interpreters.pxla 0.1.55 ShardedDeviceValue
jax.interpreters.pxla 0.1.63 ChunkedDeviceArray assign_shards_to_replicas
jax.interpreters.pxla 0.1.75 SplitAxisTrace SplitAxisTracer add_chunk_to_axis_env
jax.interpreters.pxla 0.1.75 axis_index axis_index_p split_axis split_axis_rules
jax.interpreters.pxla 0.1.75 split_axis_subtrace
jax.interpreters.pxla 0.1.77 apply_parallel_primitive deleted_with_omnistaging
jax.interpreters.pxla 0.1.77 extend_dynamic_axis_env omnistaging_enable
jax.interpreters.pxla 0.1.77 unmapped_device_count
jax.interpreters.pxla 0.2.9 ResultToPopulate mesh_tiled_callable result_to_populate
jax.interpreters.pxla 0.2.9 soft_pmap soft_pmap_aval_to_result_handler
jax.interpreters.pxla 0.2.9 soft_pmap_avals_to_results_handler soft_pmap_impl
jax.interpreters.pxla 0.2.9 soft_pmap_p soft_pmap_rules taggedtuple
jax.interpreters.pxla 0.2.11 omnistaging_disabler parallel_pure_rules
jax.interpreters.pxla 0.2.12 FLAGS curry vtile
jax.interpreters.pxla 0.2.19 base_class
jax.interpreters.pxla 0.2.20 compile_and_wrap_mesh_hlo mesh_callable partial
jax.interpreters.pxla 0.2.25 MYPY array_result_handler aval_to_result_handler
jax.interpreters.pxla 0.2.25 avals_to_results_handler pxla_result_handlers xla
jax.interpreters.pxla 0.2.26 tuple_args
jax.interpreters.pxla 0.3.0 execute_replicated
jax.interpreters.pxla 0.3.1 AxisResource
jax.interpreters.pxla 0.3.7 extend_name_stack xops
jax.interpreters.pxla 0.3.13 ArrayMappingOrAuto
jax.interpreters.pxla 0.3.13 global_avals_to_results_handler(global_mesh)
jax.interpreters.pxla 0.3.13 global_avals_to_results_handler(out_axes)
jax.interpreters.pxla 0.3.16 should_tuple_args
jax.interpreters.pxla 0.3.23 split_dict
jax.interpreters.pxla 0.3.24 MeshPspecSharding
jax.interpreters.pxla 0.3.25 NamedSharding XLACompatibleSharding maybe_cached_property
jax.interpreters.pxla 0.3.25 use_cpp_class use_cpp_method
jax.interpreters.pxla 0.4.1 InputsHandlerMode can_execute_with_token mhlo
jax.interpreters.pxla 0.4.2 ConcreteArray HashableFunction ShapedArray abstract_arrays
jax.interpreters.pxla 0.4.2 ad api_util assert_unreachable basearray
jax.interpreters.pxla 0.4.2 check_multihost_collective_allowlist config core
jax.interpreters.pxla 0.4.2 device_array dispatch distributed_debug_log dtypes flags hlo
jax.interpreters.pxla 0.4.2 identity ir lu map np partition_list pe pmap_lib prod
jax.interpreters.pxla 0.4.2 profiler safe_map safe_zip sharding_spec_indices
jax.interpreters.pxla 0.4.2 sharding_spec_mesh_shape sharding_spec_repr source_info_util
jax.interpreters.pxla 0.4.2 stages t tuple_delete tuple_insert unsafe_map unzip2 unzip3
jax.interpreters.pxla 0.4.2 use_stablehlo util xc xe xla_extension_version
jax.interpreters.pxla 0.4.4 new_name_stack
jax.interpreters.pxla 0.4.6 ContextDecorator EMPTY_ENV OutputType ResourceAxisName
jax.interpreters.pxla 0.4.6 ResourceEnv ShardedDeviceArrayBase sda_array_result_handler
jax.interpreters.pxla 0.4.6 sharding_internal show_axes
jax.interpreters.pxla 0.4.8 DynamicAxisEnv DynamicAxisEnvFrame OrderedDictType
jax.interpreters.pxla 0.4.8 PartitionInfo PartitionsOrReplicated find_partitions
jax.interpreters.pxla 0.4.8 get_global_aval get_local_aval get_num_partitions
jax.interpreters.pxla 0.4.8 partitioned_sharding_spec reconcile_num_partitions
jax.interpreters.pxla 0.4.10 Mesh PartitionSpec
jax.interpreters.pxla 0.4.13 device_put make_sharded_device_array
jax.interpreters.pxla 0.4.14 AUTO ArrayMappingOrAutoOrUnspecified AvalDimSharding
jax.interpreters.pxla 0.4.14 EmapInfo ExecuteReplicated InputsHandler MapTrace
jax.interpreters.pxla 0.4.14 MeshDimAssignment OpShardingType ParallelCallableInfo
jax.interpreters.pxla 0.4.14 PmapComputation PxlaResultHandler ReplicaInfo
jax.interpreters.pxla 0.4.14 ResultsHandler SPMDBatchTrace ShardInfo TileManual
jax.interpreters.pxla 0.4.14 TileVectorize TilingMethod UnloadedMeshExecutable
jax.interpreters.pxla 0.4.14 UnloadedPmapExecutable WeakRefList array_types
jax.interpreters.pxla 0.4.14 custom_resource_typing_rules find_replicas full_to_shard_p
jax.interpreters.pxla 0.4.14 local_aval_to_result_handler local_avals_to_results_handler
jax.interpreters.pxla 0.4.14 local_result_handlers lower_mesh_computation
jax.interpreters.pxla 0.4.14 lower_parallel_callable lower_sharding_computation
jax.interpreters.pxla 0.4.14 maybe_extend_axis_env multi_host_supported_collectives
jax.interpreters.pxla 0.4.14 new_mesh_sharding_specs replicate resource_typecheck
jax.interpreters.pxla 0.4.14 shard_arg_handlers shard_aval shard_aval_handlers
jax.interpreters.pxla 0.4.14 shard_to_full_p sharding_spec_sharding_proto
jax.interpreters.pxla 0.4.14 spmd_primitive_batchers stage_parallel_callable
jax.interpreters.pxla 0.4.14 tile_aval_nd untile_aval_nd vtile_by_mesh vtile_manual
jax.interpreters.pxla 0.4.14 wrap_name xb xla_pmap xla_pmap_impl xla_pmap_impl_lazy
jax.interpreters.pxla 0.4.23 mesh_sharding_specs
jax.interpreters.pxla 0.4.25 global_avals_to_results_handler(are_out_shardings_from_xla)
jax.interpreters.pxla 0.4.29 shard_arg
jax.interpreters.pxla 0.7.1 are_op_shardings_equal is_op_sharding_replicated
jax.interpreters.pxla 0.9.2 Chunked MapTracer NoSharding PmapExecutable Replicated
jax.interpreters.pxla 0.9.2 ShardedAxis ShardingSpec Unstacked parallel_callable
jax.interpreters.pxla 0.9.2 shard_args spec_to_indices xla_pmap_p
jax.interpreters.pxla 0.10.0 create_compile_options(auto_spmd_lowering)
jax.interpreters.pxla 0.10.0 create_compile_options(mesh)
jax.interpreters.pxla 0.10.2 ArrayMapping Index MeshAxisName MeshExecutable
jax.interpreters.pxla 0.10.2 are_hlo_shardings_equal array_mapping_to_axis_resources
jax.interpreters.pxla 0.10.2 global_aval_to_result_handler global_result_handlers
jax.interpreters.pxla 0.10.2 is_hlo_sharding_replicated
jax.interpreters.xla 0.1.55 reduction_translations
jax.interpreters.xla 0.1.58 eqn_collectives eqn_has_pmap eqn_literals
jax.interpreters.xla 0.1.60 make_tuple
jax.interpreters.xla 0.1.65 masking
jax.interpreters.xla 0.1.72 can_execute_outfeed_computations
jax.interpreters.xla 0.1.72 check_before_outfeed_execution
jax.interpreters.xla 0.1.75 DeviceValue
jax.interpreters.xla 0.1.77 omnistaging_enabler
jax.interpreters.xla 0.2.0 aval_to_xla_shape
jax.interpreters.xla 0.2.9 is_device_constant
jax.interpreters.xla 0.2.10 DeviceConstant FLAGS
jax.interpreters.xla 0.2.11 omnistaging_disabler
jax.interpreters.xla 0.2.20 partial
jax.interpreters.xla 0.2.21 partialmethod
jax.interpreters.xla 0.2.22 XlaComputationBuilder check_backend_params
jax.interpreters.xla 0.2.22 initial_style_translations lower_fun_initial_style
jax.interpreters.xla 0.2.22 parallel_translations primitive_computation
jax.interpreters.xla 0.2.22 translations_with_avals
jax.interpreters.xla 0.2.25 AbstractToken ArgSpec DeletedBuffer Token
jax.interpreters.xla 0.2.25 XlaCompiledComputation XlaComputation apply_outfeed_rewriter
jax.interpreters.xla 0.2.25 arg_spec array_result_handler aval_to_result_handler cache
jax.interpreters.xla 0.2.25 check_arg_avals_for_call check_special compile_or_get_cached
jax.interpreters.xla 0.2.25 copy deleted_buffer device_array_supports_weakrefs
jax.interpreters.xla 0.2.25 device_put_handlers device_put_p eqn_replicas
jax.interpreters.xla 0.2.25 initial_style_primitive_replicas item jaxpr_has_pmap
jax.interpreters.xla 0.2.25 jaxpr_literals jaxpr_replicas jaxpr_uses_outfeed
jax.interpreters.xla 0.2.25 lower_xla_callable needs_check_special outfeed_primitives
jax.interpreters.xla 0.2.25 outfeed_rewriter prefetch primitive_uses_outfeed
jax.interpreters.xla 0.2.25 raise_not_implemented to_bytes token type_is_device_array
jax.interpreters.xla 0.2.25 unzip2 xla_primitive_callable xla_result_handlers
jax.interpreters.xla 0.3.4 lower_jaxpr_to_xla_module profiler
jax.interpreters.xla 0.3.7 ad_util add_jaxvals_translation_rule call_translations
jax.interpreters.xla 0.3.7 flatten_shape jaxpr_subcomp pyval_to_ir_constant
jax.interpreters.xla 0.3.7 pyval_to_ir_constants register_constant_handler set_sharding
jax.interpreters.xla 0.3.7 set_sharding_proto set_up_aliases util
jax.interpreters.xla 0.3.7 zeros_like_translation_rule
jax.interpreters.xla 0.3.21 XlaExecutable
jax.interpreters.xla 0.3.25 array_types make_shaped_array
jax.interpreters.xla 0.4.1 xla_extension_version
jax.interpreters.xla 0.4.2 MYPY ad core device_array dtypes identity map np
jax.interpreters.xla 0.4.2 numpy_scalar_types pe pp prod safe_map safe_zip
jax.interpreters.xla 0.4.2 source_info_util str_eqn_compact t tracebacks
jax.interpreters.xla 0.4.2 tuple_sharding_proto unsafe_map unsafe_zip with_sharding
jax.interpreters.xla 0.4.2 with_sharding_proto wrap_name xops zip
jax.interpreters.xla 0.4.3 lower_fun
jax.interpreters.xla 0.4.4 Shape SpatialSharding XlaBuilder XlaLoadedExecutable XlaShape
jax.interpreters.xla 0.4.4 aval_to_xla_shapes axis_read dtype_to_primitive_type
jax.interpreters.xla 0.4.4 extend_axis_env extend_name_stack jaxpr_collectives
jax.interpreters.xla 0.4.4 make_op_metadata new_name_stack partition_list
jax.interpreters.xla 0.4.4 primitive_subcomputation
jax.interpreters.xla 0.4.6 xla_call
jax.interpreters.xla 0.4.8 make_device_array
jax.interpreters.xla 0.4.10 Buffer device_put xla_call_p
jax.interpreters.xla 0.4.14 check_backend_matches parameter
jax.interpreters.xla 0.4.14 register_collective_primitive
jax.interpreters.xla 0.4.14 register_initial_style_primitive sharding_to_proto
jax.interpreters.xla 0.4.14 xla_shape_handlers
jax.interpreters.xla 0.4.23 AxisEnv ConcreteArray ShapedArray axis_groups
jax.interpreters.xla 0.4.23 backend_compile
jax.interpreters.xla 0.4.28 TranslationContext TranslationRule XlaOp
jax.interpreters.xla 0.4.28 backend_specific_translations register_translation
jax.interpreters.xla 0.4.28 translations xla_destructure
jax.interpreters.xla 0.4.35 xb xc xe
jax.interpreters.xla 0.6.2 abstractify pytype_aval_mappings
jax.interpreters.xla 0.7.2 canonicalize_dtype
jax.lax 0.1.67 cond(false_operand) cond(true_operand)
jax.lax 0.2.5 reduce(init_value) reduce(operand)
jax.lax 0.2.7 create_token(x)
jax.lax 0.2.11 convert_element_type(weak_type)
jax.lax 0.4.10 with_sharding_constraint(axis_resources)
jax.lax 0.4.25 Precision(arg0)
jax.lax 0.4.26 Precision(cls) Precision(value)
jax.lax 0.4.34 dot(algorithm) dot(transpose_algorithm) dot_general(algorithm)
jax.lax 0.4.34 dot_general(transpose_algorithm)
jax.lax 0.4.38 dot_general(out_type)
jax.lax 0.5.0 broadcast(sharding) broadcast_in_dim(sharding) broadcasted_iota(sharding)
jax.lax 0.5.0 reshape(sharding)
jax.lax 0.7.0 scatter_add(out_sharding)
jax.lax.linalg 0.2.12 lu_pivots_to_permutation(m) lu_pivots_to_permutation(swaps)
jax.lax.linalg 0.3.10 qdwh(is_symmetric)
jax.lib 0.2.9 pocketfft
jax.lib 0.2.11 GlobalJitState ThreadLocalJitState global_state thread_local_state
jax.lib 0.2.13 tpu_client
jax.lib 0.2.20 cuda_linalg cuda_path cuda_prng cusolver cusparse jax_jit msg pmap_lib
jax.lib 0.2.20 pytree rocsolver tpu_driver_client version
jax.lib 0.8.3 xla_extension
jax.monitoring 0.4.17 register_event_listener_with_kwargs
jax.nn 0.5.3 log_softmax(initial) softmax(initial)
jax.numpy 0.1.61 arcsinh(x) arctanh(x)
jax.numpy 0.1.62 corrcoef(bias) corrcoef(ddof)
jax.numpy 0.1.72 convolve(x) convolve(y) correlate(x) correlate(y) empty_like(x)
jax.numpy 0.1.72 isscalar(num) ones_like(x) polyadd(a) polyadd(b) polyder(a) polysub(a)
jax.numpy 0.1.72 polysub(b) tile(a) zeros_like(x)
jax.numpy 0.1.75 mod(x1) mod(x2)
jax.numpy 0.2.18 cbrt(x)
jax.numpy 0.2.21 ndarray(buffer) ndarray(dtype) ndarray(offset) ndarray(order)
jax.numpy 0.2.21 ndarray(shape) ndarray(strides)
jax.numpy 0.3.1 broadcast_to(arr)
jax.numpy 0.3.14 empty_like(a)
jax.numpy 0.3.25 absolute(x) arccosh(x) conj(x) conjugate(x) copysign(x1) copysign(x2)
jax.numpy 0.3.25 deg2rad(x) degrees(x) divide(x1) divide(x2) divmod(x1) divmod(x2)
jax.numpy 0.3.25 exp2(x) floor_divide(x1) floor_divide(x2) fmod(x1) fmod(x2) frexp(x)
jax.numpy 0.3.25 heaviside(x1) heaviside(x2) hypot(x1) hypot(x2) imag(val) isfinite(x)
jax.numpy 0.3.25 isinf(x) isnan(x) ldexp(x1) ldexp(x2) log10(x) log2(x) logaddexp(x1)
jax.numpy 0.3.25 logaddexp(x2) logaddexp2(x1) logaddexp2(x2) modf(x) power(x1) power(x2)
jax.numpy 0.3.25 rad2deg(x) radians(x) real(val) reciprocal(x) remainder(x1)
jax.numpy 0.3.25 remainder(x2) right_shift(x1) right_shift(x2) rint(x) sign(x)
jax.numpy 0.3.25 signbit(x) sinc(x) square(x) true_divide(x1) true_divide(x2)
jax.numpy 0.4.8 einsum(subscripts)
jax.numpy 0.4.26 clip(out) from_dlpack(x) where(condition) where(x) where(y)
jax.numpy 0.4.28 einsum_path(subscripts)
jax.numpy 0.4.31 ufunc(update_doc)
jax.numpy 0.4.38 einsum(out_type)
jax.ref 0.9.0.1 AbstractRef(check_rep) AbstractRef(mesh) AbstractRef(names)
jax.ref 0.9.0.1 AbstractRef(ref_aval)
jax.scipy.linalg 0.3.10 polar(maxiter)
jax.scipy.linalg 0.4.20 solve(sym_pos)
jax.scipy.special 0.3.25 betaln(x) betaln(y)
jax.scipy.special 0.4.26 exp1(module)
jax.scipy.special 0.4.29 beta(x) beta(y)
jax.scipy.stats.gennorm 0.4.26 cdf(p) logpdf(p) pdf(p)
jax.sharding 0.5.2 AbstractMesh(shape_tuple)
jax.stages 0.3.4 Compiled(donate_argnums) Compiled(in_avals) Compiled(in_tree)
jax.stages 0.3.4 Lowered(donate_argnums) Lowered(in_avals) Lowered(in_tree)
jax.stages 0.3.25 Compiled(create_cpp_call) Lowered(create_cpp_call)
jax.stages 0.5.0 Traced(abstract_mesh)
jax.stages 0.7.1 Traced(arg_names) Traced(args_flat) Traced(args_info) Traced(fun_name)
jax.stages 0.7.1 Traced(jaxpr) Traced(lower_callable) Traced(params_out_shardings)
jax.stages 0.8.0 Traced(lfg) Traced(num_consts)
jax.tools 0.2.26 jax_to_hlo
jax.tools 0.5.0 build_utils
jax.tools.jax_to_ir 0.4.13 FLAGS
jax.tree_util 0.1.65 tree_reduce(f)
jax.version 0.4.15 datestring
numpy 1.23.5 histogram(normed) histogram2d(normed) histogramdd(normed)
numpy 1.24.4 array2string(style) corrcoef(bias) corrcoef(ddof)
numpy 1.24.4 nanpercentile(interpolation) nanquantile(interpolation)
numpy 1.24.4 percentile(interpolation) quantile(interpolation) reshape(a)
numpy 1.24.4 reshape(newshape) save(fix_imports)
numpy.core 1.18.5 absolute_import division int_asbuffer print_function
numpy.core 1.19.5 sctypeNA typeNA
numpy.core 1.20.3 typeDict
numpy.core 1.21.6 Bytes0 Datetime64 Str0 Uint64 machar
numpy.core 1.22.4 alen
numpy.core 1.23.5 bool8 bytes0 int0 object0 str0 uint0 void0
numpy.core 1.24.4 AxisError ComplexWarning MachAr TooHardError array2string(style)
numpy.core 1.24.4 reshape(a) reshape(newshape)
numpy.core 1.26.4 ALLOW_THREADS BUFSIZE CLIP ERR_CALL ERR_DEFAULT ERR_IGNORE ERR_LOG
numpy.core 1.26.4 ERR_PRINT ERR_RAISE ERR_WARN FLOATING_POINT_SUPPORT FPE_DIVIDEBYZERO
numpy.core 1.26.4 FPE_INVALID FPE_OVERFLOW FPE_UNDERFLOW Inf Infinity MAXDIMS
numpy.core 1.26.4 MAY_SHARE_BOUNDS MAY_SHARE_EXACT NAN NINF NZERO NaN PINF PZERO RAISE
numpy.core 1.26.4 SHIFT_DIVIDEBYZERO SHIFT_INVALID SHIFT_OVERFLOW SHIFT_UNDERFLOW
numpy.core 1.26.4 UFUNC_BUFSIZE_DEFAULT UFUNC_PYVALS_NAME WRAP alltrue cast cfloat char
numpy.core 1.26.4 chararray clongfloat compare_chararrays complex_ cumproduct
numpy.core 1.26.4 fastCopyAndTranspose find_common_type float_ format_parser geterrobj
numpy.core 1.26.4 infty issctype longcomplex longfloat maximum_sctype nbytes obj2sctype
numpy.core 1.26.4 product rec round_ sctype2char set_numeric_ops set_string_function
numpy.core 1.26.4 seterrobj singlecomplex sometrue string_ unicode unicode_
numpy.ctypeslib 1.18.5 absolute_import division print_function
numpy.ctypeslib 1.19.5 ctypes_load_library deprecate
numpy.ctypeslib 1.20.3 array
numpy.ctypeslib 2.1.3 asarray frombuffer integer ndarray
numpy.ctypeslib 2.2.6 flagsobj np
numpy.lib 1.18.5 absolute_import division print_function
numpy.lib 1.19.5 financial fv ipmt irr mirr nper npv pmt ppmt pv rate
numpy.lib 1.21.6 loads mafromtxt ndfromtxt
numpy.lib 1.22.4 asscalar
numpy.lib 1.26.4 DataSource RankWarning add_newdoc_ufunc angle append apply_along_axis
numpy.lib 1.26.4 apply_over_axes array_split arraypad arraysetops arrayterator
numpy.lib 1.26.4 asarray_chkfinite asfarray average bartlett bincount blackman
numpy.lib 1.26.4 broadcast_arrays broadcast_shapes broadcast_to byte_bounds c_
numpy.lib 1.26.4 column_stack common_type copy corrcoef cov delete deprecate
numpy.lib 1.26.4 deprecate_with_doc diag diag_indices diag_indices_from diagflat diff
numpy.lib 1.26.4 digitize disp dsplit dstack ediff1d emath expand_dims extract eye
numpy.lib 1.26.4 fill_diagonal fix flip fliplr flipud fromregex function_base genfromtxt
numpy.lib 1.26.4 get_array_wrap get_include gradient hamming hanning histogram
numpy.lib 1.26.4 histogram2d histogram_bin_edges histogramdd histograms hsplit i0 imag
numpy.lib 1.26.4 in1d index_exp index_tricks info insert interp intersect1d iscomplex
numpy.lib 1.26.4 iscomplexobj isin isneginf isposinf isreal isrealobj issubclass_
numpy.lib 1.26.4 issubdtype issubsctype iterable ix_ kaiser kron load loadtxt lookfor
numpy.lib 1.26.4 mask_indices median meshgrid mgrid mintypecode msort nan_to_num
numpy.lib 1.26.4 nanargmax nanargmin nancumprod nancumsum nanfunctions nanmax nanmean
numpy.lib 1.26.4 nanmedian nanmin nanpercentile nanprod nanquantile nanstd nansum nanvar
numpy.lib 1.26.4 ndenumerate ndindex ogrid packbits pad percentile piecewise place poly
numpy.lib 1.26.4 poly1d polyadd polyder polydiv polyfit polyint polymul polynomial
numpy.lib 1.26.4 polysub polyval put_along_axis quantile r_ ravel_multi_index real
numpy.lib 1.26.4 real_if_close recfromcsv recfromtxt roots rot90 row_stack s_ safe_eval
numpy.lib 1.26.4 save savetxt savez savez_compressed select setdiff1d setxor1d
numpy.lib 1.26.4 shape_base show_runtime sinc sort_complex source split take_along_axis
numpy.lib 1.26.4 tile trapz tri tril tril_indices tril_indices_from trim_zeros triu
numpy.lib 1.26.4 triu_indices triu_indices_from twodim_base type_check typename
numpy.lib 1.26.4 ufunclike union1d unique unpackbits unravel_index unwrap utils vander
numpy.lib 1.26.4 vectorize vsplit who
numpy.linalg 1.21.6 matrix_rank(M)
numpy.linalg 1.24.4 cholesky(a)
numpy.ma 1.18.5 absolute_import division print_function
numpy.ma 2.3.5 corrcoef(bias) corrcoef(ddof)
numpy.ma 2.4.1 arange(start_or_stop) diff(a) empty_like(prototype)
numpy.polynomial 1.18.5 absolute_import division print_function
numpy.testing 1.18.5 absolute_import division print_function
numpy.testing 1.24.4 Tester dec raises run_module_suite
numpy.testing 1.26.4 assert_array_almost_equal(x) assert_array_almost_equal(y)
numpy.testing 1.26.4 assert_array_equal(x) assert_array_equal(y)
numpy.testing 2.1.3 run_threaded(iters)
optax 0.2.2 per_example_layer_norm_clip(eps)
optax.contrib 0.2.5 dog(init_learning_rate) dog(reps_rel)
optax.contrib.cocob 0.2.1 COCOBState base cocob
optax.contrib.dadapt_adamw 0.2.1 DAdaptAdamWState base dadapt_adamw utils
optax.contrib.prodigy 0.2.1 ProdigyState base prodigy utils
optax.contrib.reduce_on_plateau 0.2.1 ReduceLROnPlateauState base numerics
optax.contrib.reduce_on_plateau 0.2.1 reduce_on_plateau
optax.contrib.sam 0.2.1 NormalizeState SAMState base normalize sam update utils
optax.projections 0.2.3 projection_box(pytree) projection_hypercube(pytree)
optax.projections 0.2.3 projection_non_negative(pytree) projection_simplex(pytree)
optax.transforms 0.2.3 per_example_layer_norm_clip(eps)
"""
# Methods and attributes of arrays, whatever the array is called: what to write, why,
# and whether it is a rename.
METHODS = {
    "block_host_until_ready": ("block_until_ready", "the alias was removed", True),
    "device_buffer": (
        "addressable_data(0)",
        "all arrays of JAX have one type",
        False,
    ),
    "device_buffers": (
        "[shard.data for shard in x.addressable_shards]",
        "all arrays of JAX have one type",
        False,
    ),
    "to_py": ("numpy.asarray(x)", "NumPy converts by itself", False),
}
# Functions of jax.numpy that refuse lists and tuples as their first argument.
OF_ARRAYS = """
abs all any argmax argmin argsort around ceil clip cos cumprod cumsum diff dot exp
expand_dims expm1 flip floor isfinite isinf isnan log log1p matmul max maximum mean
median min minimum multiply negative pad power prod ravel repeat reshape roll round
sign sin sort split sqrt square squeeze std subtract sum swapaxes take tanh tile
transpose var
"""
# Modules of which little is left: their public names of today.
LEFT = {"jax.test_util": {"check_grads", "check_jvp", "check_vjp"}}
_NOT_LEFT = "the module keeps %s only"
PACKAGES = ("jax", "haiku", "optax", "chex", "numpy")
# Packages that `import jax` or `import absl` does not load, nor their modules.
APART = ("absl.testing", "jax.example_libraries", "jax.extend")
_NOT_INSTALLED = "the package that is installed does not have it"


class _Known(NamedTuple):
    """A name or an argument that was removed, or that has a newer form."""

    last: str  # the last release that had it; empty if none had, or if it still works
    new: str  # what to write instead; empty if there is nothing
    reason: str
    renamed: (
        bool  # whether `new` is a name, and takes the place of the old one everywhere
    )


class Change(NamedTuple):
    """One line of a source file that needs a change, or would be better for one.

    Examples:
      >>> (change,) = find_changes("import jax; jax.tree_map")
      >>> change.line, change.old, change.new, change.fails
      (1, 'jax.tree_map', 'jax.tree.map', True)
    """

    line: int  # counted from 1
    old: str  # the full name or argument, as in `jax.tree_map`
    new: str  # what to write instead; empty if there is nothing
    reason: str
    sign: str  # "!" fails today, "?" may fail, " " works and has a newer form
    last: str = ""  # the last release that had it
    edits: tuple[tuple[int, int, int, int, str], ...] = ()  # that do it: from, to, text

    @property
    def fails(self) -> bool:
        """Whether the line fails today."""
        return self.sign == "!"


class _Binding(NamedTuple):
    """What a name means from a line on."""

    line: int
    meaning: str | ast.expr | None  # a full name, the value assigned, or not known
    fixed: str  # the full name after all renames of imports
    node: ast.AST | None = None  # that binds it


class _Import(NamedTuple):
    """An import statement whose names a table has."""

    node: ast.Import | ast.ImportFrom
    names: dict[ast.alias, str]  # the full name of each
    renames: dict[ast.alias, str]  # the full names of today
    module: str


class _Use(NamedTuple):
    """A place that reads a name, alone or as the first of a dotted one."""

    root: str
    full: str  # through the imports; empty if that is not known
    rewritten: bool  # whether an edit replaces the dotted name, its root included


@functools.lru_cache(maxsize=8)
def _known_names(removed: str, instead: str) -> dict[str, _Known]:
    """The tables as a dictionary by full names; arguments are `function(argument)`."""
    names = {}
    for line in filter(None, removed.splitlines()):
        module, last, *members = line.split()
        for name in members:
            names[module if name == "*" else f"{module}.{name}"] = _Known(
                last, "", "", False
            )
    for line in filter(None, instead.splitlines()):
        name, mark, new = line.split(" ", 2)
        if name == ";":
            reason = f"{mark} {new}"
            continue
        last = names[name].last if name in names else ""
        names[name] = _Known(last, new, reason, mark == "=")
    for name, known in list(names.items()):  # below a module that moved without them
        module = name.rpartition(".")[0]
        while module and not known.renamed:
            if module in names and names[module].renamed:
                full = names[module].new + name[len(module) :]
                names.setdefault(full, known._replace(last=""))
            module = module.rpartition(".")[0]
    return names


def find_changes(source: str, removed: str = REMOVED) -> list[Change]:
    """List what a source file must change to run with today's JAX and Haiku.

    Names are followed through the imports of the file, so `jnp.alltrue` is found
    whatever jax.numpy is called there. So is an argument in `functools.partial`, or of
    a name that was assigned, as in `clip = jnp.clip`. What is in a branch for
    another version, as after `hasattr`, may fail and is not repaired. Not seen are
    `getattr`, `**options`, strings outside of annotations, and names that `import *`
    brings.

    Args:
      source: the text of a Python file.
      removed: the table of what was removed; `REMOVED + RARE` is all of it.

    Returns:
      The changes in the order of their lines; empty if none is known.

    Raises:
      ValueError: if the text is not Python 3.

    Examples:
      >>> source = "import jax.numpy as jnp; jnp.alltrue([1])"
      >>> [change.new for change in find_changes(source)]
      ['jax.numpy.all']
    """
    table = _Table(_known_names(removed, INSTEAD), _known_names("", OLDER))
    return sorted(set(_Finder(_parsed(source), table).changes()))


def fix(source: str, removed: str = REMOVED) -> str:
    """The text of a source file after all pure renames, imports included.

    Args:
      source: the text of a Python file; its comments and layout stay as they are.
      removed: the table of removed names.

    Returns:
      The new text, equal to the old one if there is nothing to rename.

    Raises:
      ValueError: if the text is not Python 3.

    Examples:
      >>> fix("import jax; jax.tree_map(f, x)  # as before")
      'import jax; jax.tree.map(f, x)  # as before'
    """
    changes = find_changes(source, removed)
    return "".join(_edited(_lines_of(source), changes))


def _parsed(source: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of invalid escapes, which old files have
            return ast.parse(source.removeprefix("\ufeff"))  # as some editors write it
    except SyntaxError as error:
        version = ".".join(map(str, sys.version_info[:2]))
        where = f"line {error.lineno}" if error.lineno else "this file"
        message = f"{where} is not Python 3: {error.msg}, says Python {version}."
        raise ValueError(message) from None
    except (ValueError, RecursionError, MemoryError) as error:  # null bytes, deep nests
        raise ValueError(f"cannot be parsed: {error}.") from None


class _Table:
    """What is known of names and arguments, from the tables of this file."""

    def __init__(self, known: dict[str, _Known], older: dict[str, _Known]):
        self.known, self.older = known, older

    def name(self, full: str) -> tuple[str, _Known, str] | None:
        """The entry of a full name, or of the module that holds it, and its sign."""
        parts = full.split(".")
        for end in range(len(parts), 0, -1):
            name = ".".join(parts[:end])
            if name in self.known:
                return self.below(name, full) or (name, self.known[name], "!")
            if name in self.older:
                return name, self.older[name], " "
            left, rest = LEFT.get(name), parts[end : end + 1]
            if left and rest and not rest[0].startswith("__") and rest[0] not in left:
                reason = _NOT_LEFT % ", ".join(sorted(left))
                return f"{name}.{rest[0]}", _Known("", "", reason, False), "!"
        return None

    def below(self, module: str, full: str) -> tuple[str, _Known, str] | None:
        """The entry that a name has where its module moved, if that lacks it, too."""
        moved, rest = self.known[module], full[len(module) :]
        if not moved.renamed or not rest or moved.new == module:
            return None
        found = _Table.name(self, moved.new + rest)
        if not found or found[2] != "!" or len(found[0]) <= len(moved.new):
            return None
        return module + found[0][len(moved.new) :], found[1], "!"

    def argument(self, function: str, argument: str) -> _Known | None:
        """The entry of an argument that a function has no longer."""
        return self.known.get(f"{function}({argument})")

    def renamed(self, full: str) -> str:
        """What a full name is called today, if it was only renamed."""
        found = self.name(full)
        if not found or not found[1].renamed or found[2] != "!":
            return full
        rest = full[len(found[0]) :]
        return full if "._" in rest else found[1].new + rest


class _Installed(_Table):
    """What is known, and what the packages that are installed lack."""

    def name(self, full: str) -> tuple[str, _Known, str] | None:
        """As above; a name that no table has is looked up in its package."""
        found = super().name(full)
        if found or full.partition(".")[0] not in PACKAGES:
            return found
        _, lacking = self.resolved(full)
        return (
            (lacking, _Known("", "", _NOT_INSTALLED, False), "!") if lacking else None
        )

    def argument(self, function: str, argument: str) -> _Known | None:
        """As above; an argument that no table has is looked up in the signature."""
        if known := super().argument(function, argument):
            return known
        if function.partition(".")[0] not in PACKAGES:
            return None
        value, lacking = self.resolved(function)
        taken = None if lacking else _keywords(value)
        if taken is None or argument in taken:
            return None
        return _Known("", "", _NOT_INSTALLED, False)

    @functools.cache  # noqa: B019 - there is one for the whole run
    def resolved(self, full: str) -> tuple[object, str]:
        """What a full name means; or the part of it that the package lacks."""
        parts, value, path = full.split("."), None, ""
        for number, part in enumerate(parts):
            path += f".{part}" if number else part
            if number and hasattr(value, part):
                value = getattr(value, part)
            elif number and not isinstance(value, types.ModuleType):
                return None, "" if isinstance(value, type) else path
            else:
                try:
                    value = importlib.import_module(path)
                except ImportError as error:
                    other = error.name and error.name.partition(".")[0] != parts[0]
                    return None, "" if other else path
        return value, ""


def _keywords(function: object) -> set[str] | None:
    """The arguments that a function takes by keyword; None if that is not known."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(parameter.kind == parameter.VAR_KEYWORD for parameter in parameters):
        return None
    by_position = inspect.Parameter.POSITIONAL_ONLY
    return {parameter.name for parameter in parameters if parameter.kind != by_position}


class _Finder(ast.NodeVisitor):
    """Walks through a file, and knows at each place what names mean."""

    def __init__(self, tree: ast.Module, table: _Table):
        self.tree, self.table = tree, table
        self.found: list[Change] = []
        self.guarded = _guarded(tree)
        self.scopes = [(tree, self.bindings(tree))]
        self.transforms = _transforms(self)
        self.imports = {
            table.renamed(alias.name).partition(".")[0]
            for node in _within(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
            if not alias.asname
        }
        self.pending: list[_Import] = []
        self.uses: list[_Use] = []

    def changes(self) -> list[Change]:
        self.visit(self.tree)
        for one in self.pending:
            self.report_import(one)
        return self.found

    # What names mean

    def bindings(self, scope: ast.AST) -> dict[str, list[_Binding]]:
        """What a scope binds, without the scopes in it."""
        names: dict[str, list[_Binding]] = {}
        for part in _within(scope):
            for name, meaning in _bound(part):
                full = meaning if isinstance(meaning, str) else ""
                fixed = full if id(part) in self.guarded else self.table.renamed(full)
                line = getattr(part, "lineno", 0)
                if isinstance(part, (ast.Assign, ast.AnnAssign)):
                    line = part.end_lineno + 1  # its value still reads the older one
                bound = _Binding(line, meaning, fixed, part)
                names.setdefault(name, []).append(bound)
        return names

    def binding(self, name: str, line: int) -> _Binding | None:
        """What a name means at a line of the innermost scope."""
        for depth, (scope, names) in enumerate(reversed(self.scopes)):
            if name in names and not (depth and isinstance(scope, ast.ClassDef)):
                before = [one for one in names[name] if depth or one.line <= line]
                return (before or names[name])[-1 if before else 0]
        return None

    def full(self, node: ast.expr, depth: int = 9) -> str:
        """The dotted name of an expression through the imports; empty without one."""
        if isinstance(node, ast.Attribute):
            base = self.full(node.value, depth)
            return base and f"{base}.{node.attr}"
        if not isinstance(node, ast.Name) or not depth:
            return ""
        bound = self.binding(node.id, node.lineno)
        meaning = bound.meaning if bound else None
        if isinstance(meaning, ast.expr):
            return self.full(meaning, depth - 1)
        return meaning or ""

    def value(self, node: ast.expr) -> ast.expr:
        """The value that was assigned to a name; other expressions as they are."""
        bound = self.binding(node.id, node.lineno) if isinstance(node, ast.Name) else 0
        return bound.meaning if bound and isinstance(bound.meaning, ast.expr) else node

    # The walk

    def within(self, node: ast.AST, parts: list[ast.AST]) -> None:
        self.scopes.append((node, self.bindings(node)))
        for part in parts:
            self.visit(part)
        self.scopes.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.annotation(node.returns)
        for part in (*node.decorator_list, node.args, node.returns):
            if part:
                self.visit(part)
        self.within(node, node.body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(part)
        self.within(node, node.body)

    def visit_arg(self, node: ast.arg | ast.AnnAssign) -> None:
        self.annotation(node.annotation)
        self.generic_visit(node)

    visit_AnnAssign = visit_arg

    def annotation(self, node: ast.expr | None) -> None:
        """Visit the strings of an annotation, such as "jnp.DeviceArray", as code."""
        for part in ast.walk(node) if node else ():
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                for expression in _in_string(part):
                    self.visit(expression)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit(node.args)
        self.within(node, [node.body])

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self.within(node, list(ast.iter_child_nodes(node)))

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

    def visit_Import(self, node: ast.Import) -> None:
        self.imported(node, {alias: alias.name for alias in node.names}, "")

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if not node.level:
            names = {alias: f"{node.module}.{alias.name}" for alias in node.names}
            self.imported(node, names, node.module or "")

    def imported(self, node: ast.stmt, names: dict, module: str) -> None:
        """Keep what an import statement names until the uses of it are known."""
        renames = {alias: self.table.renamed(full) for alias, full in names.items()}
        objects = self.table.known if isinstance(node, ast.Import) else {}
        renames = {
            alias: new
            for alias, new in renames.items()
            if new != names[alias] or f"import.{new}" in objects
        }
        self.pending.append(_Import(node, names, renames, module))

    def report_import(self, one: _Import) -> None:
        """Report what an import statement names, with the edits that mend it."""
        edits, mended = (), {}
        if id(one.node) not in self.guarded:
            vain = _vain(self, one)
            renames = {
                alias: new
                for alias, new in one.renames.items()
                if not _is_used_privately(self.uses, one, alias)
            }
            renames |= {alias: root for alias, root in vain.items() if root}
            mended = renames | vain
            edits = _import_edits(one.node, renames, vain.keys() - renames.keys(), self)
        for alias, full in one.names.items():
            module = f"import.{one.module or full}"
            found = self.table.name(full) or self.table.name(module)
            self.report(found, one.node, edits if alias in mended else (), alias.lineno)

    def visit_Name(self, node: ast.Name) -> None:
        self.uses.append(_Use(node.id, self.full(node), False))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        full, edits = self.full(node), ()
        found = self.table.name(full) if full else None
        if found:
            edits = _attribute_edits(self, node, full, found)
            self.report(found, node, edits, node.end_lineno)
        elif node.attr in METHODS:
            new, reason, renamed = METHODS[node.attr]
            edits = (_last_name(node, new),) if renamed else ()
            self.add(node, node.attr, new, reason, edits=edits, line=node.end_lineno)
        if full:
            root = next(part for part in ast.walk(node) if isinstance(part, ast.Name))
            self.uses.append(_Use(root.id, full, bool(edits)))
        else:
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        function, arguments = self.full(node.func), node.args
        if function == "functools.partial" and arguments:
            function, arguments = self.full(arguments[0]), arguments[1:]
        for keyword in node.keywords:
            if function and keyword.arg:
                self.keyword(function, keyword)
        for hint in HINTS:
            hint(self, node, function, arguments)
        self.generic_visit(node)

    def keyword(self, function: str, node: ast.keyword) -> None:
        known = self.table.argument(self.table.renamed(function), node.arg)
        if known:
            line, column = node.lineno, node.col_offset
            end = column + len(node.arg.encode())
            edits = ((line, column, line, end, known.new),) if known.renamed else ()
            old = f"{node.arg}= of {function}"
            new = f"{known.new}=" if known.renamed else known.new
            self.add(node, old, new, known.reason, last=known.last, edits=edits)

    # Reports

    def report(self, found: tuple | None, node: ast.AST, edits: tuple, line: int):
        if found:
            name, known, sign = found
            name, reason = name.replace("import.", "import "), known.reason
            module = _apart(known.new) if isinstance(node, ast.Attribute) else ""
            if module and known.renamed:
                reason = f"{reason} (it needs `import {module}`)"
            self.add(node, name, known.new, reason, sign, known.last, edits, line)

    def add(self, node, old, new, reason, sign="!", last="", edits=(), line=0) -> None:
        """Note a change at a node; one that is guarded may fail and stays as it is."""
        if id(node) in self.guarded and sign == "!":
            sign, edits = "?", ()
            reason = "this branch looks as if it were for another version"
        line = line or node.lineno
        self.found.append(Change(line, old, new, reason, sign, last, tuple(edits)))


def _in_string(node: ast.Constant) -> Iterator[ast.expr]:
    """The expression that a string of one line holds, at its place in the file."""
    text = node.value
    if node.end_col_offset - node.col_offset != len(text.encode()) + 2:
        return  # three quotes, a prefix, escapes, or more lines
    try:
        expression = ast.parse(text, mode="eval").body
    except SyntaxError:
        return
    for part in ast.walk(expression):
        if hasattr(part, "lineno"):
            part.lineno = part.end_lineno = node.lineno
            part.col_offset += node.col_offset + 1
            part.end_col_offset += node.col_offset + 1
    yield expression


_SCOPES = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)


def _within(scope: ast.AST) -> Iterator[ast.AST]:
    """The parts of a scope, without those of the scopes in it."""
    for part in ast.iter_child_nodes(scope):
        yield part
        if not isinstance(part, _SCOPES):
            yield from _within(part)


def _bound(node: ast.AST) -> Iterator[tuple[str, str | ast.expr | None]]:
    """The names that a node binds, and what they mean."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from _imported(node)
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name, None
    elif isinstance(node, ast.arg):
        yield node.arg, None
    elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) and node.value:
        yield from _assigned(node)
    elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension, ast.withitem)):
        target = getattr(node, "target", None) or getattr(node, "optional_vars", None)
        for name in ast.walk(target) if target else ():
            if isinstance(name, ast.Name):
                yield name.id, None


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str | None]]:
    """The names that an import binds, with their full names."""
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            full = None if node.level else f"{node.module}.{alias.name}"
            yield alias.asname or alias.name, full
        else:
            root = alias.name.partition(".")[0]
            yield alias.asname or root, alias.name if alias.asname else root


def _assigned(
    node: ast.Assign | ast.AnnAssign | ast.NamedExpr,
) -> Iterator[tuple[str, ast.expr | None]]:
    """The names that an assignment binds, with the value of a target that is a name."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if isinstance(node.value, ast.Constant) and node.value.value is None:
        return
    for target in targets:
        for name in ast.walk(target):
            if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store):
                yield name.id, node.value if name is target else None


_REFUSALS = {"ImportError", "ModuleNotFoundError", "AttributeError"}


def _guarded(tree: ast.Module) -> set[int]:
    """The ids of nodes in branches that are meant for other versions."""
    nodes = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Try):
            words = {word for one in node.handlers for word in _words(one.type)}
            every = not words or words & {"Exception", "BaseException"}
            if words & _REFUSALS or (every and node.handlers and len(node.body) == 1):
                nodes += [*node.body, *node.handlers]
        elif isinstance(node, (ast.If, ast.IfExp)):
            words = _words(node.test)
            if any("hasattr" in word or "version" in word.lower() for word in words):
                both = (node.body, node.orelse)
                nodes += [part for one in both for part in _listed(one)]
            elif "TYPE_CHECKING" in words:
                nodes += _listed(node.body)
    return {id(part) for node in nodes for part in ast.walk(node)}


def _listed(parts: ast.AST | list) -> list:
    return parts if isinstance(parts, list) else [parts]


def _words(node: ast.expr | None) -> set[str]:
    """The names and attributes in an expression."""
    parts = list(ast.walk(node)) if node else []
    names = {part.id for part in parts if isinstance(part, ast.Name)}
    return names | {part.attr for part in parts if isinstance(part, ast.Attribute)}


# Edits: lines count from 1, columns in bytes of UTF-8, as in the syntax tree


def _last_name(node: ast.Attribute, new: str) -> tuple[int, int, int, int, str]:
    end = node.end_col_offset
    start = end - len(node.attr.encode())
    return node.end_lineno, start, node.end_lineno, end, new


def _attribute_edits(
    finder: ast.NodeVisitor, node: ast.Attribute, full: str, found: tuple
):
    """The edits that give a dotted name its new form; none if its import does."""
    name, known, sign = found
    chain = [node]
    while isinstance(chain[-1], ast.Attribute):
        chain.append(chain[-1].value)
    bound = finder.binding(chain[-1].id, node.lineno)
    stays = not known.renamed or sign != "!" or id(node) in finder.guarded
    wanted, rest = finder.table.renamed(full), full[len(name) :]
    is_private = wanted == full  # a private name below a module
    if stays or is_private or not isinstance(bound.meaning, str):
        return ()
    for part in chain:
        now = bound.fixed + finder.full(part)[len(bound.meaning) :]
        if part is node and now == wanted:
            return ()
        if wanted.startswith(f"{now}."):
            loading = _loading(finder, wanted, bound.node, node.lineno)
            if loading is None:
                return ()
            last = next((one for one in chain if finder.full(one) == name), chain[-1])
            text = wanted[len(now) : len(wanted) - len(rest)]
            if text and part is getattr(last, "value", None):
                return (_last_name(last, text[1:]), *loading)
            return ((*_end(part), *_end(last), text), *loading)
    last = next((one for one in chain if finder.full(one) == name), None)
    if last is None or node.lineno != last.end_lineno:
        return ()
    text, edits = _expressed(finder, known.new, bound.node, node.lineno)
    start = (node.lineno, node.col_offset)
    return ((*start, *_end(last), text), *edits) if text else ()


def _end(node: ast.AST) -> tuple[int, int]:
    return node.end_lineno, node.end_col_offset


def _expressed(
    finder: ast.NodeVisitor, full: str, binds: ast.AST, line: int
) -> tuple[str, tuple]:
    """A full name as a line of the file can write it, with an import if needed."""
    visible = {name for _, names in finder.scopes for name in names}
    bound = {name: finder.binding(name, line) for name in sorted(visible)}
    short = [
        (len(one.fixed), name)
        for name, one in bound.items()
        if one and one.fixed and f"{full}.".startswith(f"{one.fixed}.")
    ]
    root = full.partition(".")[0]
    if short:
        length, name = max(short)
        loading = _loading(finder, full, bound[name].node, line)
        return ("", ()) if loading is None else (name + full[length:], loading)
    if root in bound:
        return "", ()
    if root in finder.imports and not _apart(full):
        return full, ()
    return full, _first_import(finder, _apart(full) or root, binds)


def _first_import(finder: ast.NodeVisitor, module: str, binds: ast.AST) -> tuple:
    """The edit that puts an import before the first one, or before one in a scope."""
    first = next((n for n in finder.tree.body if _is_import(n)), binds)
    start = (first.lineno, first.col_offset)
    return ((*start, *start, f"import {module}\n"),)


def _apart(full: str) -> str:
    """The module of a name that importing its package does not load; else empty."""
    apart = any(full.startswith(f"{package}.") for package in APART)
    return ".".join(full.split(".")[:3]) if apart else ""


def _loading(
    finder: ast.NodeVisitor, full: str, binds: ast.AST, line: int
) -> tuple | None:
    """The edits that load the module of a full name; None if it cannot be loaded."""
    module = _apart(full)
    if not module or _is_loaded(finder, module, line):
        return ()
    parts = (pair for node in ast.walk(finder.tree) for pair in _bound(node))
    root = module.partition(".")[0]
    if any(name == root and meaning != root for name, meaning in parts):
        return None  # `import jax.extend.core` would bind the name to something else
    if isinstance(binds, ast.Import) and binds.lineno == binds.end_lineno:
        return ((*_end(binds), *_end(binds), f"\nimport {module}"),)
    return _first_import(finder, module, binds)


def _is_loaded(finder: ast.NodeVisitor, module: str, line: int) -> bool:
    """Whether an import of the file that comes before a line loads a module."""
    for node in filter(_is_import, finder.tree.body):
        above = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
        names = (finder.table.renamed(above + alias.name) for alias in node.names)
        early = node.lineno < line or len(finder.scopes) > 1
        if early and any(f"{name}.".startswith(f"{module}.") for name in names):
            return True
    return False


def _is_import(node: ast.stmt) -> bool:
    future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
    return isinstance(node, (ast.Import, ast.ImportFrom)) and not future


def _import_edits(
    node: ast.stmt, renames: dict, vain: set, finder: ast.NodeVisitor
) -> tuple:
    """The edits of an import statement: the new imports before it, old names out."""
    if not renames and not vain:
        return ()
    statements = _statements(node, renames, finder)
    kept = [alias for alias in node.names if alias not in {*renames, *vain}]
    start, end = (node.lineno, node.col_offset), _end(node)
    if not kept:
        in_place = () if vain else _renamed_in_place(node, renames)
        text = "\n".join(statements) or _nothing(finder.tree, node)
        return in_place or ((*start, *end, text),)
    lines = "".join(f"{one}\n" for one in statements)
    edits = [(*start, *start, lines)] if lines else []
    last = max(index for index, alias in enumerate(node.names) if alias in kept)
    for alias, later in zip(node.names[:last], node.names[1:], strict=False):
        if alias not in kept:
            span = (alias.lineno, alias.col_offset, later.lineno, later.col_offset)
            edits.append((*span, ""))
    if node.names[-1] not in kept:
        edits.append((*_end(node.names[last]), *_end(node.names[-1]), ""))
    return tuple(edits)


def _nothing(tree: ast.Module, node: ast.stmt) -> str:
    """What a statement that is taken out leaves: nothing, or `pass` if one must be."""
    blocks = (
        block
        for parent in ast.walk(tree)
        for _, block in ast.iter_fields(parent)
        if isinstance(block, list) and node in block
    )
    block = next(blocks)
    lines = (node.lineno, node.end_lineno)
    others = [one for one in block if one is not node]
    beside = any(one.lineno in lines or one.end_lineno in lines for one in others)
    return "pass" if beside or (not others and block is not tree.body) else ""


def _vain(finder: ast.NodeVisitor, one: _Import) -> dict[ast.alias, str]:
    """Imports that fail and whose uses are all rewritten, with what to import now."""
    vain = {}
    for alias, full in one.names.items():
        found = finder.table.name(full)
        if alias in one.renames or not found or found[2] != "!":
            continue
        dotted, bound = _bound_by(one, alias)
        if not _is_rewritten(finder.uses, bound, full if dotted else ""):
            continue
        earlier = any(
            name == bound
            for node in finder.tree.body
            if isinstance(node, ast.Import) and node.lineno < one.node.lineno
            for name, _ in _imported(node)
        )
        vain[alias] = bound if dotted and not earlier else ""
    return vain


def _bound_by(one: _Import, alias: ast.alias) -> tuple[bool, str]:
    """Whether an import binds the root of a dotted name; and the name that it binds."""
    dotted = isinstance(one.node, ast.Import) and not alias.asname
    root = alias.name.partition(".")[0]
    return dotted, alias.asname or (root if dotted else alias.name)


def _is_used_privately(uses: list[_Use], one: _Import, alias: ast.alias) -> bool:
    """Whether a file uses private names of a module that is part of another now."""
    full, (_, bound) = one.names[alias], _bound_by(one, alias)
    moved = full.rpartition(".")[2] == one.renames[alias].rpartition(".")[2]
    below = [use for use in uses if use.full.startswith(f"{full}._")]
    return not moved and any(use.root == bound for use in below)


def _is_rewritten(uses: list[_Use], root: str, below: str) -> bool:
    """Whether a name is used, if need be only below a module, and never stays."""
    mine = [
        use.rewritten
        for use in uses
        if use.root == root and (not below or f"{use.full}.".startswith(f"{below}."))
    ]
    return bool(mine) and all(mine)


def _statements(node: ast.stmt, renames: dict, finder: ast.NodeVisitor) -> list[str]:
    """The import statements that bring renamed names under the names in use."""
    lines: dict[str, list[str]] = {}
    for alias, new in renames.items():
        parent, _, last = new.rpartition(".")
        bound = alias.asname or (alias.name if isinstance(node, ast.ImportFrom) else "")
        shown = f"{last} as {bound}" if bound and bound != last else last
        if not bound:  # `import a.b.c` binds a
            root = alias.name.partition(".")[0]
            others = finder.scopes[0][1].get(root, [])
            if root != new.partition(".")[0] and len(others) < 2:
                lines[f"import {root}"] = []
            is_module = f"import.{new}" not in finder.table.known
            lines[f"import {new if is_module else root}"] = []
        else:
            start = f"from {parent} import " if parent else "import "
            lines.setdefault(start, []).append(shown)
    return [start + ", ".join(names) for start, names in lines.items()]


def _renamed_in_place(node: ast.stmt, renames: dict) -> tuple:
    """The edits if all names of a `from` import go to one module: layout stays."""
    parents = {new.rpartition(".")[0] for new in renames.values()}
    if not isinstance(node, ast.ImportFrom) or len(parents) > 1 or "" in parents:
        return ()
    start = node.col_offset + len("from ")
    end = start + len(node.module.encode())
    edits = [(node.lineno, start, node.lineno, end, parents.pop())]
    for alias, new in renames.items():
        last, bound = new.rpartition(".")[2], alias.asname or alias.name
        text = last if last == bound else f"{last} as {bound}"
        if alias.name != last:
            edits.append((alias.lineno, alias.col_offset, *_end(alias), text))
    return tuple(edits)


def _lines_of(source: str) -> list[str]:
    """The lines as the syntax tree counts them, each with its end."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", source)


def _edited(lines: list[str], changes: list[Change]) -> list[str]:
    """Lines after the edits of changes; there are as many, but one may hold several."""
    mark = "\ufeff" if lines and lines[0].startswith("\ufeff") else ""
    data = [line.removeprefix(mark).encode() for line in lines]
    newline = b"\r\n" if any(line.endswith(b"\r\n") for line in data) else b"\n"
    edits = {edit for change in changes for edit in change.edits}
    for first, start, last, end, text in sorted(edits, reverse=True):
        before, after = data[first - 1][:start], data[last - 1][end:]
        gone = b"".join(data[first - 1 : last])[start : -len(after) or None]
        indent = newline + before if not before.strip() else b"; "
        if text.startswith("\n"):  # a line of its own, after this one
            data[first - 1] = _with_line(before, after, text[1:].encode(), newline)
            continue
        new = text.encode().replace(b"\n", indent)
        if not text and b"#" in gone:  # a comment between the names of an import
            comments = re.findall(rb"#[^\r\n]*", gone)
            new = b"  ".join(comments) + newline + re.search(rb"[ \t]*\Z", gone)[0]
            new = new if before.isspace() else b"  " + new
        joined = before + new + after
        if not text and gone and not before.strip():  # a statement was taken out
            kept = (new if after.strip() else new.rstrip()) + after
            joined = before + kept.lstrip() if kept.strip() else b""
        data[first - 1 : last] = [joined, *[b""] * (last - first)]
    return [mark * (not number) + line.decode() for number, line in enumerate(data)]


def _with_line(before: bytes, after: bytes, text: bytes, newline: bytes) -> bytes:
    """A line with a statement after it; on the same line if that holds others."""
    rest = re.match(rb"[^\r\n]*", after)[0]
    indent = re.match(rb"[ \t]*", before)[0]
    if before.lstrip().startswith(b"import ") and rest.strip()[:1] in (b"", b"#"):
        return before + rest + newline + indent + text + after[len(rest) :]
    return before + b"; " + text + after


# Hints: errors that come after the names


def _transforms(finder: ast.NodeVisitor) -> set[str]:
    """What is bound to a plain `hk.transform(f)`, as source text: `net`, `self.net`."""
    plain, other = set(), set()
    for node in ast.walk(finder.tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            function = finder.full(node.value.func)
            targets = {ast.unparse(target) for target in node.targets}
            is_plain = function == "haiku.transform" and len(node.value.args) == 1
            applied = function in {"jax.jit", "functools.partial"}
            of = ast.unparse(node.value.args[0]) if node.value.args else ""
            if is_plain and not node.value.keywords:
                plain |= targets
                pairs = (t.elts for t in node.targets if isinstance(t, ast.Tuple))
                plain |= {f"apply {ast.unparse(pair[-1])}" for pair in pairs}
            elif not (applied and of.removesuffix(".apply") in targets):
                other |= targets
    return plain - other


_KEYS = re.compile(r"(?i)rng|key|seed|rand|^k\d*$|^None$")


def _keyless(
    finder: ast.NodeVisitor, node: ast.Call, function: str, arguments: list
) -> None:
    """`net.apply(params, x)` where `net` takes a key before `x`."""
    called = _unwrapped(finder, node.func)
    if isinstance(called, ast.Name) and f"apply {called.id}" not in finder.transforms:
        called = _unwrapped(finder, finder.value(called))
    if isinstance(called, ast.Name) and f"apply {called.id}" in finder.transforms:
        net, what = called.id, called.id
    elif isinstance(called, ast.Attribute) and called.attr == "apply":
        net = ast.unparse(called.value)
        what = f"{net}.apply"
        if net not in finder.transforms:
            return
    else:
        return
    named = {keyword.arg for keyword in node.keywords}
    unclear = named & {"rng", None} or any(
        isinstance(a, ast.Starred) for a in arguments[:2]
    )
    if unclear or not arguments:
        return
    if len(arguments) == 1 or not _KEYS.search(ast.unparse(arguments[1])):
        new = "hk.without_apply_rng(...) around the transform, or a key, or None"
        reason = "apply of a plain hk.transform takes a key after the parameters"
        finder.add(node, f"{what} without a key", new, reason, "?")


def _unwrapped(finder: ast.NodeVisitor, node: ast.expr) -> ast.expr:
    """The function in `jax.jit(f)` or `jax.grad(f)`."""
    wrappers = {"jax.jit", "jax.grad", "jax.value_and_grad"}
    while isinstance(node, ast.Call) and node.args:
        if finder.full(node.func) not in wrappers:
            break
        node = node.args[0]
    return node


def _at_of_numpy(
    finder: ast.NodeVisitor, node: ast.Call, function: str, arguments: list
) -> None:
    """`x.at[i].set(y)` or `jax.ops.index_update(x, i, y)` where NumPy made `x`."""
    array = (
        arguments[0] if function.startswith("jax.ops.index_") and arguments else None
    )
    if isinstance(node.func, ast.Attribute) and isinstance(
        node.func.value, ast.Subscript
    ):
        at = node.func.value.value
        array = at.value if isinstance(at, ast.Attribute) and at.attr == "at" else array
    value = finder.value(array) if isinstance(array, ast.Name) else None
    made = finder.full(value.func) if isinstance(value, ast.Call) else ""
    if made.startswith("numpy."):
        name = ast.unparse(array)
        new = f"jnp.asarray({name}).at[...], or change {name} in place"
        finder.add(
            node, f"{name}.at of {made}", new, "only arrays of JAX have .at", "?"
        )


def _sequence(
    finder: ast.NodeVisitor, node: ast.Call, function: str, arguments: list
) -> None:
    """`jnp.prod((2, 3))`, where NumPy would make an array of the tuple."""
    module, _, name = function.rpartition(".")
    if module != "jax.numpy" or name not in OF_ARRAYS.split() or not arguments:
        return
    value, sure = finder.value(arguments[0]), arguments[0]
    text = ast.unparse(arguments[0])
    literal = isinstance(value, (ast.Tuple, ast.List, ast.ListComp))
    if literal or re.search(r"shape(\[[^\]]*:[^\]]*\])?$", text):
        new = f"numpy.{name}(...) for sizes, or jnp.asarray(...) around it"
        reason = "functions of jax.numpy take arrays, not lists or tuples"
        sign = "!" if literal and value is sure else "?"
        finder.add(node, f"jax.numpy.{name} of a list or tuple", new, reason, sign)


def _split_rng(
    finder: ast.NodeVisitor, node: ast.Call, function: str, arguments: list
) -> None:
    """`hk.vmap` must be told whether it splits the key."""
    named = {keyword.arg for keyword in node.keywords}
    if function != "haiku.vmap" or named & {"split_rng", None}:
        return
    attributes = (
        part for part in ast.walk(finder.tree) if isinstance(part, ast.Attribute)
    )
    if not any(part.attr == "require_split_rng" for part in attributes):
        new = (
            "split_rng=False, or split_rng=not hk.running_init() if the function draws"
        )
        finder.add(node, "haiku.vmap without split_rng", new, "it must be said today")


def _from_string(
    finder: ast.NodeVisitor, node: ast.Call, function: str, arguments: list
) -> None:
    """`np.fromstring` of bytes."""
    named = {keyword.arg for keyword in node.keywords}
    if (
        function == "numpy.fromstring"
        and not named & {"sep", None}
        and len(arguments) < 4
    ):
        new, reason = "numpy.frombuffer", "fromstring reads text, and needs sep="
        finder.add(node, "numpy.fromstring of bytes", new, reason)


_ALWAYS = "apply has a key unless hk.without_apply_rng removes it"
# The argument apply_rng of hk.transform, by its value: true, false, or not known.
APPLY_RNG = {
    True: ("nothing: delete the argument", _ALWAYS),
    False: ("hk.without_apply_rng(hk.transform(f))", _ALWAYS),
    None: (
        "nothing if the value is True, hk.without_apply_rng(...) if it is False",
        "True does nothing and False fails, so look what the value is",
    ),
}


def _apply_rng(
    finder: ast.NodeVisitor, node: ast.Call, function: str, arguments: list
) -> None:
    """`hk.transform(f, apply_rng=...)`; by position it is refused whatever it is."""
    if function != "haiku.transform":
        return
    for keyword in node.keywords:
        if keyword.arg == "apply_rng":
            value = _truth(keyword.value)
            sign = {True: " ", False: "!", None: "?"}[value]
            old = "apply_rng= of haiku.transform"
            finder.add(keyword.value, old, *APPLY_RNG[value], sign)
    if len(arguments) > 1:
        new, _ = APPLY_RNG[_truth(arguments[1])]
        old, reason = "second argument of haiku.transform", "it takes the function only"
        finder.add(arguments[1], old, new, reason)


def _truth(value: ast.expr) -> bool | None:
    """Whether an expression is true, if it is a literal; None if that is not known."""
    return bool(value.value) if isinstance(value, ast.Constant) else None


def _jit_by_position(
    finder: ast.NodeVisitor, node: ast.Call, function: str, arguments: list
) -> None:
    """`jax.jit(f, 1)`, where 1 was `static_argnums`."""
    starred = any(isinstance(argument, ast.Starred) for argument in arguments[:2])
    if function == "jax.jit" and len(arguments) > 1 and not starred:
        old, reason = "second argument of jax.jit", "it takes all but f by name"
        finder.add(arguments[1], old, "static_argnums=", reason)


HINTS = (
    _jit_by_position,
    _keyless,
    _at_of_numpy,
    _sequence,
    _split_rng,
    _from_string,
    _apply_rng,
)


# Files: text or notebooks


class _Source:
    """A Python file: its text, what it says where, and how a mended one is written."""

    def __init__(self, path: Path):
        self.path, self.data = path, path.read_bytes()
        self.encoding, _ = tokenize.detect_encoding(io.BytesIO(self.data).readline)
        self.text = self.data.decode(self.encoding)
        self.lines, self.problems = _lines_of(self.text), []

    def place(self, line: int) -> str:
        """Where a line is, in words."""
        return str(line)

    def mended(self, changes: list[Change]) -> str:
        """The text of the file with the edits of changes."""
        return "".join(_edited(self.lines, changes))

    def write(self, changes: list[Change]) -> None:
        """Write the mended text, in the encoding of the file."""
        text = self.mended(changes)
        _parsed(text)
        self.path.write_bytes(text.encode(self.encoding))


class _Placed(str):
    """A string of a JSON text, with its place in it."""

    __slots__ = ("end", "start")


class _Notebook(_Source):
    """The code cells of a notebook as one text, in which magics are masked."""

    def __init__(self, path: Path):
        super().__init__(path)
        cells = _with_places(self.text)["cells"]
        self.lines, self.strings, self.places = [], [], []
        code = (cell for cell in cells if cell.get("cell_type") == "code")
        for number, cell in enumerate(code, 1):
            source = cell.get("source", [])
            strings = [source] if isinstance(source, str) else source
            lines = _lines_of("".join(strings))
            if lines != [line for string in strings for line in _lines_of(string)]:
                raise ValueError(
                    f"has strings without line ends in code cell {number}."
                )
            self.lines += self.python(number, lines)
            self.places += [f"cell {number} line {n + 1}" for n in range(len(lines))]
            self.strings.append((strings, len(lines)))

    def python(self, number: int, lines: list[str]) -> list[str]:
        """The lines of a cell with `pass` for magics; blank if it is not Python."""
        for masked in (lines, _without_magics(lines)):
            try:
                _parsed("".join(masked))
            except ValueError as error:
                problem = f"code cell {number}, {error}"
            else:
                ended = [
                    line if line.endswith("\n") else f"{line}\n" for line in masked
                ]
                return ended
        self.problems.append(problem)
        return ["\n"] * len(lines)

    def place(self, line: int) -> str:
        """The cell and the line in it."""
        return self.places[line - 1]

    def mended(self, changes: list[Change]) -> str:
        """The text of the notebook: only the strings of changed lines differ."""
        new, text, first = _edited(self.lines, changes), self.text, 0
        spans = []
        for strings, count in self.strings:
            here = slice(first, first + count)
            if new[here] != self.lines[here]:
                spans += _respelled(strings, self.lines[here], new[here])
            first += count
        for start, end, value in sorted(spans, reverse=True):
            text = text[:start] + _as_json(value, text, start, end) + text[end:]
        return text

    def write(self, changes: list[Change]) -> None:
        """Write the mended notebook."""
        text = self.mended(changes)
        json.loads(text)
        self.path.write_bytes(text.encode(self.encoding))


def _respelled(strings: list, old: list[str], new: list[str]) -> Iterator[tuple]:
    """The strings of a cell whose lines changed: their places and new values."""
    rows = iter(zip(old, new, strict=True))
    for string in strings:
        lines = _lines_of(string)
        value = []
        for line, (before, after) in zip(lines, rows, strict=False):
            ending = line[len(line.rstrip("\r\n")) :]
            changed = after and after.rstrip("\r\n") + ending
            value.append(line if before == after else changed)
        if "".join(value) != string:
            yield string.start, string.end, "".join(value)


def _as_json(value: str, text: str, start: int, end: int) -> str:
    """A string as JSON, spelled like the one it replaces; lines apart if those are."""
    plain = not text[start:end].isascii()
    before = re.search(r"[\[,](\s*)\Z", text[max(0, start - 200) : start])
    lines = (_lines_of(value) if before else [value]) or [""]
    apart = "," + (before[1] if before else "")
    return apart.join(json.dumps(line, ensure_ascii=not plain) for line in lines)


def _with_places(text: str) -> dict:
    """What a JSON text holds, its strings with their places."""

    def placed(text: str, begin: int, strict: bool) -> tuple[str, int]:
        value, end = json.decoder.scanstring(text, begin, strict)
        value = _Placed(value)
        value.start, value.end = begin - 1, end
        return value, end

    decoder = json.JSONDecoder()
    decoder.parse_string = placed
    decoder.scan_once = json.scanner.py_make_scanner(decoder)
    try:
        value = decoder.decode(text)
    except ValueError as error:
        raise ValueError(f"is not a notebook: {error}.") from None
    if isinstance(value, dict) and "worksheets" in value:
        way = "jupyter nbconvert --to notebook --inplace FILE"
        raise ValueError(f"is a notebook of format 3; `{way}` makes one of format 4.")
    if not isinstance(value, dict) or not isinstance(value.get("cells"), list):
        raise ValueError("is not a notebook of format 4: it has no list of cells.")
    return value


def _without_magics(lines: list[str]) -> list[str]:
    """Lines of a cell with `pass` for what only IPython understands."""
    first = next((line for line in lines if line.strip()), "")
    if re.match(r"%%(?!time|capture|prun)", first):
        return ["\n"] * len(lines)
    masked, goes_on = [], False
    for line in lines:
        body = line.strip()
        magic = re.match(r"[%!?]|[\w, ]+=\s*[%!]", body) or re.search(r"\w\?$", body)
        indent = line[: len(line) - len(line.lstrip())]
        masked.append("\n" if goes_on else f"{indent}pass\n" if magic else line)
        goes_on = bool(magic or goes_on) and body.endswith("\\")
    return masked


# The command


def _files_of(paths: list[str]) -> Iterator[Path]:
    """The files that paths name; of folders those that are not hidden, in order."""
    for path in map(Path, paths):
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(
                name for name in folders if not _is_left_out(Path(folder, name))
            )
            kinds = (".py", ".ipynb")
            yield from (
                Path(folder, name) for name in sorted(names) if name.endswith(kinds)
            )


def _is_left_out(folder: Path) -> bool:
    """Whether a folder is hidden, made by a build, or holds what was installed."""
    made = folder.name in {"build", "dist", "env", "venv"}
    is_package = (folder / "__init__.py").exists()
    never = folder.name in {"__pycache__", "node_modules", "site-packages"}
    is_environment = (folder / "pyvenv.cfg").exists()
    hidden = folder.name.startswith(".")
    return hidden or never or is_environment or (made and not is_package)


def _main(arguments: list[str] | None = None) -> int:
    """Read the files that the command line names; the exit status is 0, 1 or 2."""
    options = _options(arguments)
    for stream in (sys.stdout, sys.stderr):  # a Windows pipe may lack some characters
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    kind = _Installed if options.installed else _Table
    table = kind(_known_names(REMOVED + RARE, INSTEAD), _known_names("", OLDER))
    reports, unread = [], False
    for path in _files_of(options.paths):
        try:
            report = _report(path, table, options)
        except (OSError, ValueError, LookupError, SyntaxError) as error:
            told = getattr(error, "strerror", None) or str(error)
            print(f"{path}: {told}", file=sys.stderr)
            unread = True
        else:
            for problem in report.source.problems:
                print(f"{path}: {problem}", file=sys.stderr)
                unread = True
            reports.append(report)
    if options.json:
        print(
            json.dumps([row for report in reports for row in report.rows()], indent=1)
        )
    elif not options.diff:
        _print_reports(reports, options)
    fails = any(change.fails for report in reports for change in report.changes)
    return 2 if unread else int(fails)


class _Report(NamedTuple):
    """What was found in a file, and how many changes were made in it."""

    source: _Source
    changes: list[Change]
    made: int

    def rows(self) -> Iterator[dict]:
        """The changes as JSON has them."""
        for change in self.changes:
            kind = {"!": "fails", "?": "may fail", " ": "has a newer form"}[change.sign]
            yield {
                "file": str(self.source.path),
                "place": self.source.place(change.line),
                "old": change.old,
                "new": change.new,
                "reason": change.reason,
                "kind": kind,
                "last": change.last,
                "edits": [list(edit) for edit in change.edits],
            }

    def text(self) -> str:
        """A line for each name, with the places where it is."""
        places: dict[tuple, list[str]] = {}
        for change in self.changes:
            key = f"  {change.sign} {_advice(change)}"
            places.setdefault(key, []).append(self.source.place(change.line))
        rows = [
            f"{key}  [{', '.join(dict.fromkeys(at))}]" for key, at in places.items()
        ]
        return "\n".join([str(self.source.path), *rows])


def _advice(change: Change) -> str:
    return f"{change.old} -> {change.new}" if change.new else change.old


def _report(path: Path, table: _Table, options: argparse.Namespace) -> _Report:
    """Read a file, show or make its changes, and say what is left."""
    source = (_Notebook if path.suffix == ".ipynb" else _Source)(path)
    changes = _changes_of(source, table)
    if not any(change.edits for change in changes):
        return _Report(source, changes, 0)
    if options.diff:
        sys.stdout.writelines(_diff(source, source.mended(changes)))
    if not options.fix:
        return _Report(source, changes, 0)
    source.write(changes)
    source = type(source)(path)
    left = _changes_of(source, table)
    return _Report(source, left, len(changes) - len(left))


def _changes_of(source: _Source, table: _Table) -> list[Change]:
    return sorted(set(_Finder(_parsed("".join(source.lines)), table).changes()))


def _diff(source: _Source, text: str) -> Iterator[str]:
    names = (f"a/{source.path}", f"b/{source.path}")
    old, new = _lines_of(source.text), _lines_of(text)
    for line in difflib.unified_diff(old, new, *names):
        yield line if line.endswith("\n") else f"{line}\n"


def _print_reports(reports: list[_Report], options: argparse.Namespace) -> None:
    """A report for each file, then what to write for each name, and the counts."""
    for report in reports:
        if report.changes:
            print(report.text())
        elif str(report.source.path) in options.paths:
            print(f"{report.source.path}: nothing to change")
    found = [change for report in reports for change in report.changes]
    counts = collections.Counter((one.sign, one.old) for one in found)
    about = {(one.sign, one.old): one for one in found}
    if found:
        print("\nBy name (! fails, ? may fail, the others have a newer form):")
    for (sign, old), count in counts.most_common():
        change = about[sign, old]
        package = "" if not change.last else f" (last in {_package(old)} {change.last})"
        reason = f": {change.reason}" if change.reason else ""
        print(f"{count:5} {sign} {_advice(change)}{package}{reason}")
    failing = sum(any(one.fails for one in report.changes) for report in reports)
    made = sum(report.made for report in reports)
    repaired = f" {made} changes made." if options.fix else ""
    print(f"\n{len(reports)} files read, {failing} have lines that fail.{repaired}")


def _package(old: str) -> str:
    """The package of a name, or of the function whose argument it is."""
    return old.rpartition(" ")[2].partition(".")[0]


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="revive", description=_ABOUT, epilog=_STATUS)
    parser.add_argument("paths", nargs="+", metavar="PATH", help=_PATHS)
    parser.add_argument("--diff", action="store_true", help="show what --fix would do")
    parser.add_argument("--fix", action="store_true", help="make all pure renames")
    parser.add_argument("--json", action="store_true", help="print a list of objects")
    parser.add_argument("--installed", action="store_true", help=_INSTALLED)
    return parser.parse_args(arguments)


_ABOUT = "Find what fails in old JAX and Haiku code, and what to write instead."
_PATHS = (
    "a .py file, an .ipynb file, or a folder of them; in folders what is hidden, and"
    " build, dist, venv and the like, are left out"
)
_STATUS = "Exit status: 0 nothing fails, 1 something does, 2 a file could not be read."
_INSTALLED = "also look up names and arguments in the packages that are installed"


if __name__ == "__main__":
    try:
        sys.exit(_main())
    except BrokenPipeError:  # as of `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(2)
