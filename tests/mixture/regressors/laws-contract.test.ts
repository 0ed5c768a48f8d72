/** The linear law and the mixing law keep what every regressor promises. */
import { linear, linearWith } from '../../../src/mixture/regressors/linear.js';
import { loglinear } from '../../../src/mixture/regressors/loglinear.js';
import { regressorContract } from './contract.js';

regressorContract(linear, { rowOrder: 0 });
regressorContract(linearWith({ penalty: 0 }), { rowOrder: 0 });
regressorContract(loglinear, { rowOrder: 0 });
