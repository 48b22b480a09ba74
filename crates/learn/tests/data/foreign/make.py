"""Makes the models of this folder, and what onnxruntime answers for a few rows.

    python make.py FOLDER [NAME...]

Without names every model is made, far more than are kept here: `KEPT` names those. Needs scikit-learn, skl2onnx,
onnxmltools, lightgbm, xgboost, torch, onnxscript and onnxruntime.
"""

import json
import pathlib
import sys
import warnings

import numpy as np
import onnx
import onnxruntime

warnings.filterwarnings("ignore")
RANDOM = np.random.default_rng(7)
N = 120
X = RANDOM.normal(size=(N, 4)).astype(np.float32)
X_POSITIVE = np.abs(X)
X_MISSING = X.copy()
X_MISSING[RANDOM.random(X.shape) < 0.2] = np.nan
TWO = (X[:, 0] + X[:, 1] * 0.5 > 0).astype(np.int64)
THREE = np.digitize(X[:, 0] + X[:, 2], [-0.7, 0.7]).astype(np.int64)
VALUE = (X[:, 0] * 2 - X[:, 1] + np.sin(X[:, 2])).astype(np.float32)
CITY = np.array(["Rome", "Oslo", "Lima"])[RANDOM.integers(0, 3, N)]
SIZE = np.array(["s", "m", "l"])[RANDOM.integers(0, 3, N)]
ROWS = 8

MAKERS = {}
KEPT = """pipeline_columns pipeline_text_labels forest_regressor extra_trees hist_boosting hist_boosting_regressor
knn_3 gaussian_nb svc_probability svr mlp_3 lightgbm_3 xgboost_2 xgboost_regressor tree_v5 tree_ensemble_v5 torch_mlp torch_cnn torch_lstm
torch_mlp_dynamo torch_lstm_dynamo int_columns linear_svc text_tensor forest_columns normalizer_binarizer one_class_svm""".split()


def maker(function):
    MAKERS[function.__name__] = function
    return function


def plain_numbers():
    """skl2onnx 1.20 passes NumPy's whole numbers of newer scikit-learn to onnx, which refuses them."""
    from skl2onnx.common import _container

    if getattr(_container.make_node, "mended", False):
        return
    make = _container.make_node

    def mended(*rest, **attributes):
        for name, value in attributes.items():
            if isinstance(value, list):
                attributes[name] = [int(x) if isinstance(x, (bool, np.bool_)) else x.item() if isinstance(x, np.generic) else x for x in value]
        return make(*rest, **attributes)

    mended.mended = True
    _container.make_node = mended


def skl(model, x, types=None, **options):
    from skl2onnx import to_onnx

    plain_numbers()

    return to_onnx(model, x[:1] if types is None else None, initial_types=types, target_opset=options.pop("opset", {"": 17, "ai.onnx.ml": 3}), **options)


def add_sklearn():
    from sklearn import ensemble, linear_model, naive_bayes, neighbors, neural_network, svm, tree
    from sklearn import discriminant_analysis, gaussian_process, cluster, decomposition, feature_selection
    from sklearn.pipeline import make_pipeline
    from sklearn import preprocessing as pre

    def simple(name, build, x, y, **options):
        def make():
            model = build().fit(x, y)
            return skl(model, x, **options), {"X": x[:ROWS]}

        make.__name__ = name
        MAKERS[name] = make

    s = dict(random_state=0)
    for suffix, y in (("2", TWO), ("3", THREE)):
        simple("tree_" + suffix, lambda: tree.DecisionTreeClassifier(max_depth=4, **s), X, y)
        simple("forest_" + suffix, lambda: ensemble.RandomForestClassifier(5, max_depth=4, **s), X, y)
        simple("boosting_" + suffix, lambda: ensemble.GradientBoostingClassifier(n_estimators=5, **s), X, y)
        simple("logistic_" + suffix, lambda: linear_model.LogisticRegression(), X, y)
        simple("ridge_classifier_" + suffix, lambda: linear_model.RidgeClassifier(), X, y)
        simple("sgd_" + suffix, lambda: linear_model.SGDClassifier(loss="log_loss", **s), X, y)
        simple("hist_" + suffix, lambda: ensemble.HistGradientBoostingClassifier(max_iter=5), X_MISSING, y)
        simple("knn_" + suffix, lambda: neighbors.KNeighborsClassifier(3), X, y)
        simple("knn_cdist_" + suffix, lambda: neighbors.KNeighborsClassifier(3, weights="distance"), X, y, options={"optim": "cdist"})
        simple("gnb_" + suffix, lambda: naive_bayes.GaussianNB(), X, y)
        simple("bnb_" + suffix, lambda: naive_bayes.BernoulliNB(), X, y)
        simple("mnb_" + suffix, lambda: naive_bayes.MultinomialNB(), X_POSITIVE, y)
        simple("cnb_" + suffix, lambda: naive_bayes.ComplementNB(), X_POSITIVE, y)
        simple("mlp_" + suffix, lambda: neural_network.MLPClassifier(hidden_layer_sizes=(6,), max_iter=60, **s), X, y)
        simple("svc_plain_" + suffix, lambda: svm.SVC(), X, y)
        simple("svc_prob_" + suffix, lambda: svm.SVC(probability=True, **s), X, y)
        simple("svc_poly_" + suffix, lambda: svm.SVC(kernel="poly", probability=True, **s), X, y)
        simple("svc_linear_" + suffix, lambda: svm.SVC(kernel="linear"), X, y)
        simple("nusvc_" + suffix, lambda: svm.NuSVC(kernel="sigmoid", nu=0.2), X, y)
        simple("linear_svc_" + suffix, lambda: svm.LinearSVC(), X, y)
        simple("lda_" + suffix, lambda: discriminant_analysis.LinearDiscriminantAnalysis(), X, y)
        simple("qda_" + suffix, lambda: discriminant_analysis.QuadraticDiscriminantAnalysis(), X, y)
        simple("ada_" + suffix, lambda: ensemble.AdaBoostClassifier(n_estimators=4, **s), X, y)
        simple("bagging_" + suffix, lambda: ensemble.BaggingClassifier(tree.DecisionTreeClassifier(max_depth=3), 3, **s), X, y)
        simple("voting_" + suffix, lambda: ensemble.VotingClassifier([("a", linear_model.LogisticRegression()), ("b", naive_bayes.GaussianNB())], voting="soft"), X, y)
        simple("stacking_" + suffix, lambda: ensemble.StackingClassifier([("a", linear_model.LogisticRegression()), ("b", tree.DecisionTreeClassifier(max_depth=3))], cv=3), X, y)
        simple("ovr_" + suffix, lambda: __import__("sklearn.multiclass").multiclass.OneVsRestClassifier(linear_model.LogisticRegression()), X, y)
        simple("calibrated_" + suffix, lambda: __import__("sklearn.calibration").calibration.CalibratedClassifierCV(linear_model.LogisticRegression(), cv=2), X, y)
    simple("extra_trees", lambda: ensemble.ExtraTreesClassifier(4, max_depth=3, **s), X, THREE)
    simple("hist_boosting", lambda: ensemble.HistGradientBoostingClassifier(max_iter=3, max_leaf_nodes=6), X_MISSING, THREE)
    simple("hist_boosting_regressor", lambda: ensemble.HistGradientBoostingRegressor(max_iter=3, max_leaf_nodes=6), X_MISSING, VALUE)
    simple("gaussian_nb", lambda: naive_bayes.GaussianNB(), X, THREE, options={"zipmap": False})
    simple("svc_probability", lambda: svm.SVC(probability=True, C=0.2, **s), X[:40], THREE[:40])
    simple("svr", lambda: svm.SVR(C=0.2), X[:40], VALUE[:40])
    simple("nusvr", lambda: svm.NuSVR(kernel="poly"), X, VALUE)
    simple("linear_svc", lambda: svm.LinearSVC(), X, THREE)
    simple("isolation_forest", lambda: ensemble.IsolationForest(n_estimators=4, max_samples=16, **s), X, None)
    simple("one_class_svm", lambda: svm.OneClassSVM(), X, None)
    simple("forest_regressor", lambda: ensemble.RandomForestRegressor(4, max_depth=3, **s), X, VALUE)
    simple("forest_two_outputs", lambda: ensemble.RandomForestRegressor(4, max_depth=3, **s), X, np.stack([VALUE, -VALUE * 2], 1))
    simple("boosting_regressor", lambda: ensemble.GradientBoostingRegressor(n_estimators=5, **s), X, VALUE)
    simple("tree_regressor", lambda: tree.DecisionTreeRegressor(max_depth=3), X, VALUE)
    simple("ridge", lambda: linear_model.Ridge(), X, VALUE)
    simple("lasso", lambda: linear_model.Lasso(0.1), X, VALUE)
    simple("poisson", lambda: linear_model.PoissonRegressor(), X, np.abs(VALUE))
    simple("linear_two_outputs", lambda: linear_model.LinearRegression(), X, np.stack([VALUE, -VALUE * 2], 1))
    simple("knn_regressor", lambda: neighbors.KNeighborsRegressor(3), X, VALUE)
    simple("mlp_regressor", lambda: neural_network.MLPRegressor(hidden_layer_sizes=(5,), max_iter=60, **s), X, VALUE)
    simple("gp_regressor", lambda: gaussian_process.GaussianProcessRegressor(), X[:20], VALUE[:20])
    simple("kmeans", lambda: cluster.KMeans(3, n_init=1, **s), X, None)
    simple("tree_v5", lambda: ensemble.RandomForestClassifier(4, max_depth=3, **s), X, THREE, opset={"": 21, "ai.onnx.ml": 5})
    simple("forest_opset12", lambda: ensemble.RandomForestClassifier(4, max_depth=3, **s), X, THREE, opset={"": 12, "ai.onnx.ml": 1})
    simple("forest_v5_regressor", lambda: ensemble.RandomForestRegressor(4, max_depth=3, **s), X, VALUE, opset={"": 21, "ai.onnx.ml": 5})
    simple("forest_columns", lambda: ensemble.RandomForestClassifier(4, max_depth=3, **s), X, THREE, options={"zipmap": "columns"})
    simple("raw_scores", lambda: linear_model.LogisticRegression(), X, THREE, options={"raw_scores": True})
    simple("multi_label", lambda: ensemble.RandomForestClassifier(3, max_depth=3, **s), X, np.stack([TWO, 1 - TWO], 1), options={"zipmap": False})
    for name, step in {
        "minmax": pre.MinMaxScaler(), "robust": pre.RobustScaler(), "maxabs": pre.MaxAbsScaler(), "quantile": pre.KBinsDiscretizer(3, encode="onehot-dense"),
        "power": pre.PowerTransformer(), "poly": pre.PolynomialFeatures(2), "pca": decomposition.PCA(2), "binarizer": pre.Binarizer(), "norm_max": pre.Normalizer("max"),
        "norm_l1": pre.Normalizer("l1"), "norm_l2": pre.Normalizer("l2"), "kbest": feature_selection.SelectKBest(k=2), "spline_none": pre.StandardScaler(with_std=False),
        "svd": decomposition.TruncatedSVD(2), "ordinal_bins": pre.KBinsDiscretizer(3, encode="ordinal"), "function": pre.FunctionTransformer(),
    }.items():
        simple("step_" + name, lambda step=step: make_pipeline(step, linear_model.LogisticRegression()), X, THREE)
    simple("step_variance", lambda: make_pipeline(feature_selection.VarianceThreshold(), pre.StandardScaler(), linear_model.Ridge()), X, VALUE)
    simple("normalizer_binarizer", lambda: make_pipeline(__import__("sklearn.pipeline").pipeline.make_union(pre.Normalizer(), pre.Binarizer(threshold=0.3)), tree.DecisionTreeClassifier(max_depth=3)), X, THREE)


def columns(fit_labels, model, drop=None, ordinal=False, names=("age", "fare", "city", "size")):
    import pandas as pd
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import Pipeline, make_pipeline
    from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
    from skl2onnx.common.data_types import FloatTensorType, StringTensorType
    from skl2onnx import to_onnx

    frame = pd.DataFrame({names[0]: X_MISSING[:, 0], names[1]: X_MISSING[:, 1], names[2]: CITY, names[3]: SIZE})
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1) if ordinal else OneHotEncoder(handle_unknown="ignore", drop=drop)
    text = Pipeline([("encode", encoder)])
    prepare = ColumnTransformer([
        ("n", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), list(names[:2])),
        ("c", text, list(names[2:])),
    ])
    pipeline = Pipeline([("prepare", prepare), ("model", model)]).fit(frame, fit_labels)
    types = [(name, FloatTensorType([None, 1]) if at < 2 else StringTensorType([None, 1])) for at, name in enumerate(names)]
    exported = to_onnx(pipeline, initial_types=types, target_opset={"": 17, "ai.onnx.ml": 3})
    given = {name: frame[name].to_numpy()[:ROWS, None] for name in names}
    given = {name: value.astype(np.float32) if at < 2 else value.astype(object) for at, (name, value) in enumerate(given.items())}
    given["city"] = given["city"].copy()
    given["city"][1, 0] = "Atlantis"
    return exported, given


@maker
def pipeline_columns():
    from sklearn.linear_model import LogisticRegression

    return columns(THREE, LogisticRegression())


@maker
def pipeline_text_labels():
    from sklearn.ensemble import RandomForestClassifier

    return columns(np.array(["no", "yes"])[TWO], RandomForestClassifier(4, max_depth=3, random_state=0), ordinal=True)


@maker
def pipeline_boosting():
    from sklearn.ensemble import GradientBoostingRegressor

    return columns(VALUE, GradientBoostingRegressor(n_estimators=4, random_state=0))


@maker
def int_columns():
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder
    from skl2onnx.common.data_types import FloatTensorType, Int64TensorType
    from skl2onnx import to_onnx
    import pandas as pd

    kind = RANDOM.integers(0, 4, N)
    frame = pd.DataFrame({"kind": kind, "age": X[:, 0]})
    prepare = ColumnTransformer([("c", OneHotEncoder(handle_unknown="ignore"), ["kind"])], remainder="passthrough")
    model = make_pipeline(prepare, LogisticRegression()).fit(frame, TWO)
    exported = to_onnx(model, initial_types=[("kind", Int64TensorType([None, 1])), ("age", FloatTensorType([None, 1]))], target_opset={"": 17, "ai.onnx.ml": 3})
    return exported, {"kind": kind[:ROWS, None].astype(np.int64), "age": X[:ROWS, :1]}


@maker
def tree_ensemble_v5():
    """Two trees of the operator that came with version 5, with a test for equality and a missing value that goes left."""
    h = onnx.helper
    floats = lambda name, values: h.make_tensor(name, onnx.TensorProto.FLOAT, [len(values)], values)
    node = h.make_node(
        "TreeEnsemble", ["X"], ["Y"], domain="ai.onnx.ml", n_targets=2, aggregate_function=1, post_transform=0,
        nodes_featureids=[0, 1, 2], nodes_splits=floats("s", [0.1, -0.2, float(X[2, 2])]), nodes_modes=h.make_tensor("m", onnx.TensorProto.UINT8, [3], [0, 3, 4]),
        nodes_truenodeids=[1, 0, 3], nodes_trueleafs=[0, 1, 1], nodes_falsenodeids=[2, 1, 4], nodes_falseleafs=[1, 1, 1],
        nodes_missing_value_tracks_true=[1, 0, 0], leaf_targetids=[0, 1, 0, 1, 0], leaf_weights=floats("w", [1.0, 2.0, 3.0, 4.0, 5.0]), tree_roots=[0, 2],
    )
    graph = h.make_graph([node], "g", [h.make_tensor_value_info("X", 1, [None, 4])], [h.make_tensor_value_info("Y", 1, [None, 2])])
    model = h.make_model(graph, opset_imports=[h.make_opsetid("ai.onnx.ml", 5), h.make_opsetid("", 21)], ir_version=10)
    return model, {"X": X_MISSING[:ROWS]}


@maker
def text_tensor():
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder
    from skl2onnx.common.data_types import StringTensorType
    from skl2onnx import to_onnx

    x = np.stack([CITY, SIZE], 1).astype(object)
    model = make_pipeline(OneHotEncoder(), LogisticRegression()).fit(x, CITY)
    return to_onnx(model, initial_types=[("X", StringTensorType([None, 2]))], target_opset={"": 17, "ai.onnx.ml": 3}), {"X": x[:ROWS]}


@maker
def lightgbm_3():
    import lightgbm
    from onnxmltools import convert_lightgbm
    from onnxmltools.convert.common.data_types import FloatTensorType

    model = lightgbm.LGBMClassifier(n_estimators=4, num_leaves=6, verbose=-1).fit(X_MISSING, THREE)
    return convert_lightgbm(model, initial_types=[("X", FloatTensorType([None, 4]))], target_opset=15, zipmap=False), {"X": X_MISSING[:ROWS]}


@maker
def lightgbm_2():
    import lightgbm
    from onnxmltools import convert_lightgbm
    from onnxmltools.convert.common.data_types import FloatTensorType

    model = lightgbm.LGBMClassifier(n_estimators=4, num_leaves=6, verbose=-1).fit(X_MISSING, TWO)
    return convert_lightgbm(model, initial_types=[("X", FloatTensorType([None, 4]))], target_opset=15), {"X": X_MISSING[:ROWS]}


@maker
def lightgbm_regressor():
    import lightgbm
    from onnxmltools import convert_lightgbm
    from onnxmltools.convert.common.data_types import FloatTensorType

    model = lightgbm.LGBMRegressor(n_estimators=4, num_leaves=6, verbose=-1).fit(X_MISSING, VALUE)
    return convert_lightgbm(model, initial_types=[("X", FloatTensorType([None, 4]))], target_opset=15), {"X": X_MISSING[:ROWS]}


def xgb(model, y):
    from onnxmltools import convert_xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType

    return convert_xgboost(model.fit(X_MISSING, y), initial_types=[("X", FloatTensorType([None, 4]))], target_opset=15), {"X": X_MISSING[:ROWS]}


@maker
def xgboost_2():
    import xgboost

    return xgb(xgboost.XGBClassifier(n_estimators=4, max_depth=3, base_score=0.5), TWO)


@maker
def xgboost_3():
    import xgboost

    return xgb(xgboost.XGBClassifier(n_estimators=4, max_depth=3, base_score=0.5), THREE)


@maker
def xgboost_regressor():
    import xgboost

    return xgb(xgboost.XGBRegressor(n_estimators=4, max_depth=3, base_score=0.5), VALUE)


def network(name, build, shape, names, dynamic):
    def export(dynamo):
        import torch
        import io

        torch.manual_seed(3)
        model = build(torch).eval()
        example = torch.randn(2, *shape)
        buffer = io.BytesIO()
        options = {"input_names": [names[0]], "output_names": [names[1]]}
        if dynamo:
            batch = torch.export.Dim("batch")
            program = torch.onnx.export(model, (example,), dynamo=True, dynamic_shapes=({0: batch},), opset_version=18, verbose=False, external_data=False, **options)
            exported = program.model_proto
        else:
            axes = {names[0]: {0: "batch", **dynamic}, names[1]: {0: "batch"}}
            torch.onnx.export(model, (example,), buffer, dynamo=False, dynamic_axes=axes, opset_version=17, **options)
            exported = onnx.load_from_string(buffer.getvalue())
        for node in exported.graph.node:
            del node.metadata_props[:]
            node.doc_string = ""
        for info in list(exported.graph.value_info) + list(exported.graph.input) + list(exported.graph.output) + list(exported.graph.initializer):
            del info.metadata_props[:]
        return exported, {names[0]: torch.randn(3, *shape).numpy()}

    MAKERS[name] = lambda: export(False)
    MAKERS[name + "_dynamo"] = lambda: export(True)


def add_torch():
    def mlp(torch):
        nn = torch.nn
        return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.BatchNorm1d(8), nn.Dropout(), nn.Linear(8, 3), nn.Softmax(1))

    def cnn(torch):
        nn = torch.nn
        return nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 4, 3), nn.GELU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3))

    def lstm(torch):
        class Net(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.lstm = torch.nn.LSTM(3, 5, batch_first=True)
                self.head = torch.nn.Linear(5, 1)

            def forward(self, x):
                states, _ = self.lstm(x)
                return self.head(states[:, -1])

        return Net()

    network("torch_mlp", mlp, (4,), ("x", "probabilities"), {})
    network("torch_cnn", cnn, (1, 8, 8), ("image", "logits"), {})
    network("torch_lstm", lstm, (6, 3), ("series", "value"), {1: "time"})


def plain(array):
    kind = {"f": "float", "i": "int", "b": "bool", "O": "text", "U": "text"}[array.dtype.kind]
    flat = array.reshape(-1)
    data = [None if kind == "float" and np.isnan(x) else x for x in flat.tolist()]
    if kind == "float":
        data = [x if x is None else float(np.format_float_positional(np.float32(x), unique=True)) if abs(x) > 1e-30 else x for x in data]
    return {"shape": list(array.shape), "type": kind, "data": data}


def record(exported, given):
    session = onnxruntime.InferenceSession(exported.SerializeToString(), providers=["CPUExecutionProvider"])
    answers = []
    for info, answer in zip(session.get_outputs(), session.run(None, given)):
        if isinstance(answer, list):
            answer = np.array([list(row.values()) for row in answer], dtype=np.float32)
        answers.append({"name": info.name, **plain(np.asarray(answer))})
    return {"inputs": {name: plain(value) for name, value in given.items()}, "outputs": answers}


def main(folder, names):
    add_sklearn()
    add_torch()
    folder = pathlib.Path(folder)
    for name, make in MAKERS.items():
        if names and name not in names:
            continue
        try:
            exported, given = make()
            text = json.dumps(record(exported, given))
        except Exception as error:  # what a converter cannot do is not ours to mend
            print(f"{name}: {type(error).__name__}: {str(error)[:200]}", file=sys.stderr)
            continue
        (folder / f"{name}.onnx").write_bytes(exported.SerializeToString())
        (folder / f"{name}.json").write_text(text + "\n")


if __name__ == "__main__":
    main(sys.argv[1], KEPT if sys.argv[2:] == ["--kept"] else sys.argv[2:])
